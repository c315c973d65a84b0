/// Model providers: the port, the verticle that owns a provider's quota, its ledger.
@NullMarked
package dev.artserver.provider;

import org.jspecify.annotations.NullMarked;
