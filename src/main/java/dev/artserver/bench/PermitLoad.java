package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.figure.Report;
import dev.artserver.bench.figure.Samples;
import java.util.Map;

/// What a model call costs besides the model, when nothing is in its way: permit, breaker, the
/// timer that bounds it, and the permit's return. In this process and one after the other.
record PermitLoad() implements Measurement {
  private static final double NANOS_PER_MICRO = 1e3;

  @Override
  public Map<String, Figures> measure(Stage stage, BenchPlan plan, int times) {
    int calls = plan.runs() == 0 ? times : Math.min(times, plan.runs());
    stage.permits().time(calls);
    Samples samples = stage.permits().time(calls);
    return Map.of(
        Report.SERVER,
        Figures.none()
            .with("permitUsP50", samples.percentile(50) / NANOS_PER_MICRO)
            .with("permitUsP99", samples.percentile(99) / NANOS_PER_MICRO)
            .with("operations", samples.count())
            .with(Figures.LOST, calls - samples.count()));
  }
}
