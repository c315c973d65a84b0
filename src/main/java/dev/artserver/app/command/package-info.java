/// The command line: what it asks for, and a class for each command.
@NullMarked
package dev.artserver.app.command;

import org.jspecify.annotations.NullMarked;
