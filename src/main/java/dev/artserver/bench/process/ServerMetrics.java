package dev.artserver.bench.process;

import dev.artserver.bench.figure.Figures;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the server says of itself at `/metrics`, in Prometheus' text format; nothing of a process
/// that has no such page.
public record ServerMetrics(String text) {
  public static ServerMetrics of(Child child) {
    return new ServerMetrics(OneCall.answer("GET", child.healthPort(), "/metrics"));
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

  /// How many of a histogram without labels were at most so much, by so much.
  TreeMap<Double, Double> buckets(String name) {
    TreeMap<Double, Double> buckets = new TreeMap<>();
    Matcher found =
        Pattern.compile("(?m)^" + name + "_bucket\\{le=\"([^\"]+)\"\\} ([0-9.eE+-]+)\r?$")
            .matcher(text);
    while (found.find()) {
      String most = found.group(1).replace("+Inf", "Infinity");
      buckets.put(Double.parseDouble(most), Double.parseDouble(found.group(2)));
    }
    return buckets;
  }

  /// The longest an event loop was late since an earlier look, as far as its histogram tells.
  public Figures since(ServerMetrics earlier) {
    OptionalDouble stall = LoopLag.begin(earlier).maxSeconds(this);
    return stall.isEmpty()
        ? Figures.none()
        : Figures.none().with("loopStallMsMax", stall.getAsDouble() * 1_000);
  }
}
