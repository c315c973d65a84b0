package dev.artserver.bench.process;

import dev.artserver.bench.figure.Figures;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the server says of itself at `/metrics`, in Prometheus' text format; nothing of a process
/// that has no such page.
public record ServerMetrics(String text) {
  public static ServerMetrics of(Child child) {
    return new ServerMetrics(HealthProbe.answer("GET", child.healthPort(), "/metrics"));
  }

  /// The value of a metric without labels.
  public OptionalDouble value(String name) {
    Matcher found = Pattern.compile("(?m)^" + name + " ([0-9.eE+-]+)\r?$").matcher(text);
    return found.find()
        ? OptionalDouble.of(Double.parseDouble(found.group(1)))
        : OptionalDouble.empty();
  }

  /// How many threads it has in memory; -1 when it does not say.
  public double threadsResident() {
    return value("art_threads_resident").orElse(-1);
  }

  /// The longest an event loop was late, within the last half minute.
  public Figures figures() {
    OptionalDouble stall = value("art_eventloop_lag_seconds_max");
    return stall.isEmpty()
        ? Figures.none()
        : Figures.none().with("loopStallMsMax", stall.getAsDouble() * 1_000);
  }
}
