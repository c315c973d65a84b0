package dev.artserver.bench.figure;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One workload at one level of concurrency, measured: what is written, shown and compared.
///
/// @param over the way runs were asked for
/// @param seed of everything chance decides; the workload's own, always the same
/// @param at when, ISO-8601
/// @param machine cores, memory and JVM, for who compares
/// @param plan what was asked for: `seconds` and `rounds`, `runs` (0: as many as the time allows),
///   `arrivals` a second (0: all at once), and for how many seconds the provider keeps a connection
///   that nobody uses, `providerKeeps`; empty in files of before it was told
/// @param processes the JVM's options of each process that took part, and whether it used the AOT
///   cache; empty in files of before they were told
/// @param contenders figures by name of contender, of all rounds together
/// @param ratios the server's figures divided by each other contender's
public record Report(
    String workload,
    String store,
    String over,
    int concurrency,
    long seed,
    String at,
    String machine,
    Map<String, Integer> plan,
    Map<String, String> processes,
    Map<String, Figures> contenders,
    Map<String, Figures> ratios) {
  /// The name of the server that all this is about.
  public static final String SERVER = "art";

  /// The way runs are asked for when nobody says how.
  public static final String USUAL_WAY = "sse";

  private static final List<String> RATIOS_OF =
      List.of(
          Figures.RUNS_PER_SECOND,
          Figures.CPU_MS_PER_RUN,
          Figures.OPERATIONS_PER_SECOND,
          "cpuMsPerOperation");

  public Report {
    plan = plan == null ? Map.of() : copy(plan);
    processes = processes == null ? Map.of() : copy(processes);
    contenders = copy(contenders);
    ratios = copy(ratios);
  }

  /// In the same order.
  private static <V> Map<String, V> copy(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /// The server's figures divided by those of each other contender.
  public static Map<String, Figures> ratios(Map<String, Figures> contenders) {
    Map<String, Figures> ratios = new LinkedHashMap<>();
    Figures server = contenders.getOrDefault(SERVER, Figures.none()).only(RATIOS_OF);
    contenders.forEach((name, figures) -> {
      if (!name.equals(SERVER)) {
        ratios.put(name, server.dividedBy(figures));
      }
    });
    return ratios;
  }

  /// What a file of it is called; the way runs were asked for is named unless it is the usual one.
  public String fileName() {
    return seriesName() + "-" + concurrency;
  }

  /// What a file of the same at several levels of concurrency is called.
  public String seriesName() {
    return workload + "-" + store + (over.equals(USUAL_WAY) ? "" : "-" + over);
  }
}
