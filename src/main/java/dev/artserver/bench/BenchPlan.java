package dev.artserver.bench;

import dev.artserver.bench.figure.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What to measure, within which bounds.
///
/// @param workloads by name; empty: all
/// @param store of the server: `memory` or `file`
/// @param concurrency levels to measure one after the other; empty: each workload's own
/// @param runs of one contender in one round, at most; 0: each workload's own number
/// @param time one contender is loaded in one round, at most
/// @param rounds each contender is loaded in; medians are reported, and sums of what went wrong
/// @param arrivals runs that begin in a second, of those that begin first; 0: as each workload has
///   it
/// @param providerKeeps how long the scripted provider keeps a connection that nobody uses
/// @param over which way runs are asked for
/// @param earlier result to compare with
/// @param out where the result goes, of which there is one then: a file that is not there yet;
///   empty: each to a file of its own in `target/bench`
public record BenchPlan(
    List<Workload> workloads,
    String store,
    List<Integer> concurrency,
    int runs,
    Duration time,
    int rounds,
    int arrivals,
    Duration providerKeeps,
    Over over,
    Optional<Path> earlier,
    Optional<Path> out) {
  /// A contender's idle connections should not stay while the next one is measured: a process may
  /// open only so many files, and whoever comes last would be refused for the sake of the first.
  /// But the client's own, opened beforehand, wait for their turn: the last of 9,000 some twelve
  /// seconds. With five seconds one to three of them were used just as they were closed.
  static final Duration PROVIDER_KEEPS = Duration.ofSeconds(15);

  private static final int RUNS_MAX = 10_000_000;
  private static final int ROUNDS_MAX = 100;
  private static final int ARRIVALS_MAX = 1_000_000;
  private static final int SECONDS_MAX = 3_600;
  private static final int CONCURRENCY_MAX = 1_000_000;
  private static final List<String> STORES = List.of("memory", "file");

  /// Ways to ask for a run.
  public enum Over {
    SSE,
    WEBSOCKET,
    WAIT
  }

  public BenchPlan {
    workloads = List.copyOf(workloads);
    concurrency = List.copyOf(concurrency);
  }

  /// The plan that no words make.
  static BenchPlan usual() {
    return new BenchPlan(
        List.of(Workload.values()),
        "memory",
        List.of(),
        0,
        Duration.ofSeconds(4),
        3,
        0,
        PROVIDER_KEEPS,
        Over.SSE,
        Optional.empty(),
        Optional.empty());
  }

  /// Levels to measure a workload at.
  List<Integer> levels(Workload workload) {
    return concurrency.isEmpty() ? workload.levels() : concurrency;
  }

  /// How a workload's runs are asked for, in one word.
  String way(Workload workload) {
    return workload.unheeded().contains("--over")
        ? Report.USUAL_WAY
        : over.name().toLowerCase(Locale.ROOT);
  }

  /// What a workload's report tells of the plan, see there.
  Map<String, Integer> told(Workload workload) {
    Map<String, Integer> told = new LinkedHashMap<>();
    told.put("seconds", (int) time.toSeconds());
    told.put("rounds", workload.unheeded().contains("--rounds") ? 1 : rounds);
    told.put("runs", runs);
    boolean own = arrivals == 0 || workload.unheeded().contains("--arrivals");
    told.put("arrivals", own ? workload.arrivals() : arrivals);
    told.put("providerKeeps", (int) providerKeeps.toSeconds());
    return told;
  }

  /// Reads names of workloads and options, each at most once.
  public static BenchPlan parse(List<String> words) throws BenchMisuse {
    BenchPlan plan = usual();
    List<Workload> named = new ArrayList<>();
    Set<String> given = new HashSet<>();
    List<String> left = new ArrayList<>(words);
    while (!left.isEmpty()) {
      String word = left.removeFirst();
      if (!word.startsWith("--")) {
        named.add(Workload.of(word));
        once(given, word);
        continue;
      }
      int equals = word.indexOf('=');
      if (equals < 0 && left.isEmpty()) {
        throw new BenchMisuse("bench: " + word + " needs a value");
      }
      String name = equals < 0 ? word : word.substring(0, equals);
      once(given, name);
      plan = plan.with(name, equals < 0 ? left.removeFirst() : word.substring(equals + 1));
    }
    for (Workload workload : named) {
      checkHeeded(workload, given);
    }
    plan = named.isEmpty() ? plan : plan.of(named);
    plan.checkOut();
    return plan;
  }

  /// Where no workload is named, an option is for those that heed it.
  private static void checkHeeded(Workload workload, Set<String> given) throws BenchMisuse {
    for (String option : given) {
      if (workload.unheeded().contains(option)) {
        throw new BenchMisuse("bench: " + option + " changes nothing in " + workload.word());
      }
    }
  }

  private static void once(Set<String> given, String word) throws BenchMisuse {
    if (!given.add(word)) {
      throw new BenchMisuse("bench: " + word + " is given twice");
    }
  }

  private void checkOut() throws BenchMisuse {
    int results = workloads.stream().mapToInt(workload -> levels(workload).size()).sum();
    if (out.isPresent() && results > 1) {
      throw new BenchMisuse(
          "bench: --out is for one result, and these are "
              + results
              + ": name one workload and one --concurrency");
    }
  }

  private BenchPlan of(List<Workload> named) {
    return new BenchPlan(
        named, store, concurrency, runs, time, rounds, arrivals, providerKeeps, over, earlier, out);
  }

  private BenchPlan with(String option, String value) throws BenchMisuse {
    List<Integer> levels = concurrency;
    String kind = store;
    int runsMax = runs;
    Duration seconds = time;
    int turns = rounds;
    int perSecond = arrivals;
    Duration keeps = providerKeeps;
    Over way = over;
    Optional<Path> before = earlier;
    Optional<Path> file = out;
    switch (option) {
      case "--store" -> kind = oneOf(option, value, STORES);
      case "--concurrency" -> levels = numbers(option, value);
      case "--runs" -> runsMax = number(option, value, RUNS_MAX);
      case "--seconds" -> seconds = Duration.ofSeconds(number(option, value, SECONDS_MAX));
      case "--rounds" -> turns = number(option, value, ROUNDS_MAX);
      case "--arrivals" -> perSecond = number(option, value, ARRIVALS_MAX);
      case "--provider-keeps" -> keeps = Duration.ofSeconds(number(option, value, SECONDS_MAX));
      case "--over" -> way = way(option, value);
      case "--compare" -> before = Optional.of(Path.of(value));
      case "--out" -> file = Optional.of(Path.of(value));
      default ->
          throw new BenchMisuse(
              "bench: takes names of workloads, --arrivals, --compare, --concurrency, --out, --over,"
                  + " --provider-keeps, --rounds, --runs, --seconds, --store; got "
                  + option);
    }
    return new BenchPlan(
        workloads, kind, levels, runsMax, seconds, turns, perSecond, keeps, way, before, file);
  }

  private static Over way(String option, String value) throws BenchMisuse {
    return switch (oneOf(option, value, List.of("sse", "websocket", "wait"))) {
      case "sse" -> Over.SSE;
      case "websocket" -> Over.WEBSOCKET;
      default -> Over.WAIT;
    };
  }

  private static String oneOf(String option, String value, List<String> known) throws BenchMisuse {
    if (!known.contains(value)) {
      throw new BenchMisuse(
          "bench: " + option + " must be one of " + String.join(", ", known) + ", got " + value);
    }
    return value;
  }

  private static List<Integer> numbers(String option, String value) throws BenchMisuse {
    List<Integer> numbers = new ArrayList<>();
    for (String each : value.split(",")) {
      numbers.add(number(option, each, CONCURRENCY_MAX));
    }
    return numbers;
  }

  private static int number(String option, String value, int max) throws BenchMisuse {
    boolean inBounds =
        value.matches("\\d{1,9}") && Integer.parseInt(value) >= 1 && Integer.parseInt(value) <= max;
    if (!inBounds) {
      throw new BenchMisuse("bench: " + option + " must be 1 to " + max + ", got " + value);
    }
    return Integer.parseInt(value);
  }
}
