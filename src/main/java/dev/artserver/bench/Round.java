package dev.artserver.bench;

import dev.artserver.bench.figure.Figures;
import dev.artserver.bench.load.Bounds;
import dev.artserver.bench.load.Driver;
import dev.artserver.bench.load.Outcome;
import dev.artserver.bench.process.Child;

/// Loads one contender once and gives all its figures.
record Round(Stage stage, Driver driver) {
  private static final double BYTES_PER_KB = 1_024;

  Figures of(Contender contender, Bounds bounds) {
    stage.resetCounters();
    Child process = contender.process();
    Figures figures =
        process == null ? drive(contender, bounds).figures() : costed(process, contender, bounds);
    return figures.with(Figures.PROVIDER_PEAK, stage.providerPeak());
  }

  private Outcome drive(Contender contender, Bounds bounds) {
    Outcome outcome = driver.drive(contender.work(), bounds);
    if (outcome.lost() > 0) {
      stage.note(
          contender.name()
              + " lost "
              + outcome.lost()
              + (outcome.fault().isEmpty() ? ", never answered" : ", first: " + outcome.fault()));
    }
    return outcome;
  }

  private Figures costed(Child process, Contender contender, Bounds bounds) {
    try (Cost cost = Cost.begin(process)) {
      Outcome outcome = drive(contender, bounds);
      return outcome
          .figures()
          .with(cost.end(Figures.CPU_MS_PER_RUN, outcome.completed()))
          .with("grownKbPerRunAtOnce", cost.grownBytes() / BYTES_PER_KB / bounds.concurrency());
    }
  }
}
