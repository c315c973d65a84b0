package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.ByteSize;
import dev.artserver.app.config.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How many runs proceed at once, and how the others wait.
public record PoolSettings(
    @Setting(about = "runs that proceed at once", is = "50", min = "1", max = "100000")
        int maxConcurrentThreads,
    @Setting(
            about = "runs that may wait for their turn; one more is refused",
            is = "100",
            min = "0",
            max = "1000000")
        int maxQueueSize,
    @Setting(about = "how long a run may wait for its turn", is = "30s", min = "1ms", max = "24h")
        Duration queueTimeout,
    @Setting(
            about = "memory of one thread's state and conversation",
            is = "50MB",
            min = "64KB",
            max = "4GB")
        ByteSize maxMemoryPerThread,
    @Setting(
            about =
                "weights of users, by the userId of their threads; others have 1: ada=3 gets"
                    + " three slots where others get one")
        List<String> userWeights) {
  public PoolSettings {
    userWeights = List.copyOf(userWeights);
    weights(userWeights);
  }

  Map<String, Integer> weights() {
    return weights(userWeights);
  }

  private static Map<String, Integer> weights(List<String> written) {
    Map<String, Integer> weights = new HashMap<>();
    for (String one : written) {
      int equals = one.lastIndexOf('=');
      String share = one.substring(equals + 1);
      require(
          equals > 0 && share.matches("[1-9][0-9]{0,3}"),
          "userWeights must be such as ada=3, with 1 to 9999, got " + one);
      weights.put(one.substring(0, equals), Integer.valueOf(share));
    }
    return weights;
  }
}
