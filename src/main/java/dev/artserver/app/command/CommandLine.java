package dev.artserver.app.command;

import dev.artserver.app.config.Argument;
import dev.artserver.app.local.ClusterPlan;
import dev.artserver.bench.BenchMisuse;
import dev.artserver.bench.BenchPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Understands the words of a command line.
final class CommandLine {
  private static final String CONFIG = "--config";
  private static final String CHECK = "--check";
  private static final String FROM = "--from";
  private static final String TO = "--to";
  private static final String DATA = "--data";
  private static final String THREADS = "--threads";
  private static final String PORT = "--port";
  private static final String INSTANCES = "--instances";
  private static final String POSTGRES = "--postgres";
  private static final String REDIS = "--redis";
  private static final int PORT_MAX = 65_535;

  /// Options of `serve` that set a key of the configuration.
  private static final Map<String, String> KEYS =
      Map.of(
          PORT,
          "server.port",
          "--management-port",
          "server.managementPort",
          DATA,
          "store.directory");

  private static final Set<String> SERVE_OPTIONS = Set.of(CONFIG, PORT, "--management-port", DATA);

  private static final Set<String> CLUSTER_OPTIONS =
      Set.of(INSTANCES, PORT, DATA, POSTGRES, REDIS, CONFIG);

  private CommandLine() {}

  /// What the words ask for; `Misuse` when they make no sense.
  static Command parse(List<String> words) {
    if (words.isEmpty()) {
      return new Command.Misuse("a command is missing; see: art help");
    }
    List<String> rest = words.subList(1, words.size());
    try {
      return switch (words.getFirst()) {
        case "serve" -> serve(options("serve", SERVE_OPTIONS, rest));
        case "demo" -> demo(options("demo", Set.of(THREADS, DATA), rest));
        case "cluster" -> cluster(options("cluster", CLUSTER_OPTIONS, rest));
        case "bench" -> bench(rest);
        case "bench-train" -> train(rest);
        case "bench-peer" -> new Command.BenchPeer(rest);
        case "migrate" -> migrate(rest);
        case "copy" -> copy(options("copy", Set.of(CONFIG, FROM, TO), rest));
        case "config" -> alone("config", rest, new Command.Config());
        case "version", "--version" -> alone("version", rest, new Command.Version());
        case "help", "--help", "-h" -> new Command.Help();
        default ->
            throw new WrongWords("there is no command '" + words.getFirst() + "'; see: art help");
      };
    } catch (WrongWords wrong) {
      return new Command.Misuse(wrong.why);
    }
  }

  private static Command serve(Map<String, String> options) {
    List<Argument> arguments =
        options.entrySet().stream()
            .filter(option -> KEYS.containsKey(option.getKey()))
            .map(option -> argument(option.getKey(), option.getValue()))
            .toList();
    return new Command.Serve(Optional.ofNullable(options.get(CONFIG)).map(Path::of), arguments);
  }

  private static Argument argument(String option, String value) {
    return new Argument(option, KEYS.getOrDefault(option, option), value);
  }

  private static Command demo(Map<String, String> options) {
    int threads =
        number("demo", options, THREADS, Command.Demo.THREADS_DEFAULT, 1, Command.Demo.THREADS_MAX);
    return new Command.Demo(threads, Optional.ofNullable(options.get(DATA)).map(Path::of));
  }

  private static Command cluster(Map<String, String> options) {
    int instances =
        number(
            "cluster",
            options,
            INSTANCES,
            Command.Cluster.INSTANCES_DEFAULT,
            1,
            ClusterPlan.INSTANCES_MAX);
    // The others have the ports behind it.
    int portMax = PORT_MAX - instances + 1;
    int port = number("cluster", options, PORT, Command.Cluster.PORT_DEFAULT, 0, portMax);
    return new Command.Cluster(
        instances,
        port,
        Optional.ofNullable(options.get(DATA)).map(Path::of).orElse(Command.Cluster.DATA_DEFAULT),
        Optional.ofNullable(options.get(POSTGRES)),
        Optional.ofNullable(options.get(REDIS)),
        Optional.ofNullable(options.get(CONFIG)).map(Path::of));
  }

  private static int number(
      String command, Map<String, String> options, String option, int otherwise, int min, int max) {
    String given = options.get(option);
    if (given == null) {
      return otherwise;
    }
    if (!given.matches("\\d{1,5}")
        || Integer.parseInt(given) < min
        || Integer.parseInt(given) > max) {
      throw new WrongWords(
          command + ": " + option + " must be " + min + " to " + max + ", got " + given);
    }
    return Integer.parseInt(given);
  }

  private static Command migrate(List<String> words) {
    List<String> left = new ArrayList<>(words);
    boolean check = left.remove(CHECK);
    Map<String, String> options = options("migrate", Set.of(CONFIG, CHECK), left);
    if (options.containsKey(CHECK)) {
      throw new WrongWords("migrate: --check takes no value");
    }
    return new Command.Migrate(Optional.ofNullable(options.get(CONFIG)).map(Path::of), check);
  }

  private static Command copy(Map<String, String> options) {
    String from = place(options, FROM, "file:", "file:DIR");
    String to = place(options, TO, "postgres:", "postgres:URL");
    return new Command.Copy(
        Path.of(from), to, Optional.ofNullable(options.get(CONFIG)).map(Path::of));
  }

  private static String place(
      Map<String, String> options, String option, String kind, String form) {
    String value = options.getOrDefault(option, "");
    if (!value.startsWith(kind) || value.length() == kind.length()) {
      throw new WrongWords(
          "copy: "
              + option
              + " must be "
              + form
              + ", got "
              + (value.isEmpty() ? "nothing" : value));
    }
    return value.substring(kind.length());
  }

  private static Command bench(List<String> words) {
    try {
      return new Command.Bench(BenchPlan.parse(words));
    } catch (BenchMisuse misuse) {
      throw new WrongWords(String.valueOf(misuse.getMessage()));
    }
  }

  private static Command train(List<String> words) {
    if (words.size() != 1) {
      throw new WrongWords("bench-train: takes the file the JVM is to write, got " + words);
    }
    return new Command.BenchTrain(Path.of(words.getFirst()));
  }

  private static Command alone(String command, List<String> rest, Command meant) {
    if (!rest.isEmpty()) {
      throw new WrongWords(command + ": takes no words, got " + rest.getFirst());
    }
    return meant;
  }

  /// Reads `--name value` and `--name=value`.
  private static Map<String, String> options(
      String command, Set<String> known, List<String> words) {
    Map<String, String> options = new HashMap<>();
    List<String> left = new ArrayList<>(words);
    while (!left.isEmpty()) {
      String word = left.removeFirst();
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (!known.contains(name)) {
        throw new WrongWords(
            command
                + ": takes "
                + String.join(", ", known.stream().sorted().toList())
                + "; got "
                + name);
      }
      if (equals < 0 && left.isEmpty()) {
        throw new WrongWords(command + ": " + name + " needs a value");
      }
      String value = equals < 0 ? left.removeFirst() : word.substring(equals + 1);
      if (value.isBlank()) {
        throw new WrongWords(command + ": " + name + " needs a value");
      }
      if (options.put(name, value) != null) {
        throw new WrongWords(command + ": " + name + " is given twice");
      }
    }
    return options;
  }

  /// Carries the one line out of the parser.
  private static final class WrongWords extends RuntimeException {
    private final String why;

    WrongWords(String why) {
      super(why, null, false, false);
      this.why = why;
    }
  }
}
