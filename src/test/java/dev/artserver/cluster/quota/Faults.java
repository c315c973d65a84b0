package dev.artserver.cluster.quota;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What may happen to instances that share a limit, by chance.
final class Faults {
  private static final int INSTANCES = 4;

  /// The lock service answers for so long at least before it is away again.
  private static final int STEPS_BETWEEN = 16;

  private final SimCluster cluster;
  private final SimProvider provider;
  private final Random random;
  private final Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
  private int locksBackIn;
  private int locksStayFor;
  private int healIn;

  private enum Kind {
    KILLED,
    PAUSED,
    FROZEN,
    CUT,
    ISOLATED,
    LOSSY,
    FLUSHED,
    AWAY
  }

  Faults(SimCluster cluster, SimProvider provider) {
    this.cluster = cluster;
    this.provider = provider;
    this.random = cluster.random;
  }

  /// Happens every half second.
  void step() {
    recover();
    List<SimCluster.Instance> living = cluster.living();
    SimCluster.Instance one = living.get(random.nextInt(living.size()));
    SimCluster.Instance other = living.get(random.nextInt(living.size()));
    switch (random.nextInt(400)) {
      case 0, 1, 2 -> kill(one, living.size());
      case 3, 4, 5, 6, 7, 8 -> {
        count(Kind.PAUSED);
        one.freeze(Duration.ofMillis(random.nextInt(400)));
      }
      case 9, 10 -> {
        count(Kind.FROZEN);
        one.freeze(Duration.ofMillis(2_000 + random.nextInt(20_000)));
      }
      case 11, 12 -> {
        if (one != other) {
          count(Kind.CUT);
          cluster.cut(one, other);
          healIn = random.nextInt(60);
        }
      }
      case 13 -> {
        count(Kind.ISOLATED);
        living.stream().filter(each -> each != one).forEach(each -> cluster.cut(one, each));
        healIn = random.nextInt(60);
      }
      case 14, 15 -> {
        count(Kind.LOSSY);
        cluster.lostPercent = random.nextInt(20);
      }
      case 16 -> {
        count(Kind.FLUSHED);
        cluster.clearLocks();
      }
      case 17 -> {
        if (locksStayFor == 0) {
          count(Kind.AWAY);
          cluster.locksAway = true;
          locksBackIn = random.nextInt(100);
        }
      }
      default -> {}
    }
  }

  private void kill(SimCluster.Instance one, int living) {
    if (living > 1) {
      count(Kind.KILLED);
      one.kill();
    }
  }

  private void recover() {
    if (cluster.living().size() < INSTANCES && random.nextInt(10) == 0) {
      provider.demand(cluster.start(), 12);
    }
    if (healIn > 0 && --healIn == 0) {
      cluster.heal();
    }
    if (cluster.lostPercent > 0 && random.nextInt(20) == 0) {
      cluster.lostPercent = 0;
    }
    locksStayFor = Math.max(0, locksStayFor - 1);
    if (cluster.locksAway && --locksBackIn <= 0) {
      cluster.locksAway = false;
      locksStayFor = STEPS_BETWEEN;
    }
  }

  private void count(Kind kind) {
    seen.merge(kind, 1, Integer::sum);
  }

  @Override
  public String toString() {
    return seen.toString();
  }
}
