/// The owner of one thread: its turns, its runs, its verticle; and the port `Threads`.
@NullMarked
package dev.artserver.thread;

import org.jspecify.annotations.NullMarked;
