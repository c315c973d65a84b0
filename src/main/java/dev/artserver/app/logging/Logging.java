package dev.artserver.app.logging;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up what loggers write. Writing never holds a caller up: entries wait in a bounded queue,
/// and when standard error takes none for long, the newest are dropped.
public final class Logging {
  /// Entries that may wait to be written.
  private static final int WAITING_MAX = 8_192;

  /// How long `flush` waits for the queue, in milliseconds.
  private static final int FLUSH_MAX_MILLIS = 2_000;

  private final LoggerContext context;

  /// @param context whose loggers are set up
  public Logging(LoggerContext context) {
    this.context = context;
  }

  /// The logging of this process.
  public static Logging ofProcess() {
    return new Logging((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  /// Replaces what was set up before.
  public void configure(org.slf4j.event.Level least, LogFormat format) {
    Level level = Level.convertAnSLF4JLevel(least);
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.setLevel(level);
    // Netty's own debug lines tell of every buffer.
    Level netty = level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO;
    context.getLogger("io.netty").setLevel(netty);
    // Vert.x registers its gauges again for each connection, on purpose.
    // It tells at length what its members do; what matters to people, the cluster room says.
    Level hazelcast = level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN;
    context.getLogger("com.hazelcast").setLevel(hazelcast);
    context.getLogger("com.hazelcast.cp").setLevel(Level.ERROR);
    context.getLogger("io.micrometer.core.instrument.MeterRegistry").setLevel(Level.ERROR);
    root.addAppender(appender(format));
  }

  private AsyncAppender appender(LogFormat format) {
    Layout<ILoggingEvent> layout =
        switch (format) {
          case TEXT -> new TextLayout();
          case JSON -> new JsonLayout();
        };
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    AsyncAppender queue = new AsyncAppender();
    queue.setContext(context);
    queue.setQueueSize(WAITING_MAX);
    queue.setNeverBlock(true);
    queue.setMaxFlushTime(FLUSH_MAX_MILLIS);
    queue.addAppender(console);
    queue.start();
    return queue;
  }

  /// Writes what waits; nothing is logged after it.
  public void flush() {
    context.stop();
  }
}
