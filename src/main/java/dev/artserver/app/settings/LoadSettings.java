package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.Setting;
import java.time.Duration;

/// When the server has too much to do, and what it does then.
public record LoadSettings(
    @Setting(
            about =
                "whether fewer runs proceed under load, and new ones are refused while it is too"
                    + " high; otherwise it is only shown",
            is = "false")
        boolean adaptive,
    @Setting(about = "runs that proceed also under load", is = "5", min = "1", max = "100000")
        int minConcurrentThreads,
    @Setting(about = "load in percent from which it is too high", is = "90", min = "2", max = "100")
        int scaleUpThreshold,
    @Setting(about = "load in percent at which it is no longer", is = "70", min = "1", max = "99")
        int scaleDownThreshold,
    @Setting(
            about = "waiting so long for a turn counts as full load",
            is = "5s",
            min = "1ms",
            max = "24h")
        Duration targetResponseTime) {
  public LoadSettings {
    require(
        scaleDownThreshold < scaleUpThreshold,
        "scaleDownThreshold must be below scaleUpThreshold ("
            + scaleUpThreshold
            + "), got "
            + scaleDownThreshold);
  }
}
