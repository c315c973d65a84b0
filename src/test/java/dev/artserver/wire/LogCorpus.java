package dev.artserver.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.artserver.model.Fact;
import dev.artserver.model.RandomModel;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a release wrote, byte for byte, under `src/test/resources/logs/<release>`. Later releases
/// must read it. The files of a release are written once, by `main`, and never again.
///
/// `events.tsv` and `thread-<name>.tsv` hold a fact per line: seq, state version, milliseconds
/// since 1970, type, schema, run id or `-`, body. `snapshots.tsv` holds thread, seq, body;
/// `profiles.tsv` thread, body; `answers.tsv` the body alone.
final class LogCorpus {
  /// Every release that wrote a corpus.
  static final List<String> RELEASES = List.of("0.1");

  private static final int EVENTS_PER_KIND = 12;
  private static final int KINDS = 18;
  private static final int SNAPSHOT_EVERY = 5;

  private LogCorpus() {}

  /// A fact as a store holds it.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record StoredFact(
      long seq,
      long stateVersion,
      Instant at,
      String type,
      int schema,
      @Nullable String run,
      byte[] body) {
    String text() {
      return new String(body, UTF_8);
    }

    Fact fact() {
      return FactJson.read(schema, seq, stateVersion, at, type, body);
    }
  }

  /// A snapshot as a store holds it.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record StoredSnapshot(String thread, long seq, byte[] body) {}

  static List<StoredFact> events(String release) {
    return facts(lines(release, "events.tsv"));
  }

  /// The log of one thread.
  static List<StoredFact> thread(String release, String name) {
    return facts(lines(release, "thread-" + name + ".tsv"));
  }

  static List<StoredSnapshot> snapshots(String release) {
    return snapshots(lines("/logs/" + release + "/snapshots.tsv"));
  }

  private static List<StoredSnapshot> snapshots(List<String[]> lines) {
    return lines.stream()
        .map(line -> new StoredSnapshot(line[0], Long.parseLong(line[1]), line[2].getBytes(UTF_8)))
        .toList();
  }

  /// The states that the fold of this number gives for the threads of release 0.1.
  static List<StoredSnapshot> folded(int fold) {
    return snapshots(lines("/folds/fold-" + fold + ".tsv"));
  }

  /// The state the log of a release's thread gives now, up to `seq`.
  static ThreadState fold(String release, String thread, long seq) {
    ThreadState state = ThreadState.empty(new ThreadId(thread));
    for (StoredFact stored : thread(release, thread)) {
      if (stored.seq() <= seq) {
        state = state.after(stored.fact());
      }
    }
    return state;
  }

  static List<byte[]> profiles(String release) {
    return lines(release, "profiles.tsv").stream().map(line -> line[1].getBytes(UTF_8)).toList();
  }

  static List<byte[]> answers(String release) {
    return lines(release, "answers.tsv").stream().map(line -> line[0].getBytes(UTF_8)).toList();
  }

  private static List<StoredFact> facts(List<String[]> lines) {
    return lines.stream()
        .map(line ->
            new StoredFact(
                Long.parseLong(line[0]),
                Long.parseLong(line[1]),
                Instant.ofEpochMilli(Long.parseLong(line[2])),
                line[3],
                Integer.parseInt(line[4]),
                line[5].equals("-") ? null : line[5],
                line[6].getBytes(UTF_8)))
        .toList();
  }

  private static List<String[]> lines(String release, String file) {
    return lines("/logs/" + release + "/" + file);
  }

  private static List<String[]> lines(String path) {
    try (InputStream in = LogCorpus.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException("no " + path);
      }
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .map(line -> line.split("\t", -1))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(path, e);
    }
  }

  /// Writes the corpus of this code into the directory `args[0]`, at the time of a release. Its
  /// `snapshots.tsv` is also what `folds/fold-<n>.tsv` holds after the fold changed.
  public static void main(String[] args) throws IOException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    Files.write(
        directory.resolve("events.tsv"), someEvents().stream().map(LogCorpus::line).toList());
    List<String> snapshots = new ArrayList<>();
    List<String> profiles = new ArrayList<>();
    for (Map.Entry<String, List<Fact>> thread : ScriptedThreads.all().entrySet()) {
      String name = thread.getKey();
      List<Fact> log = thread.getValue();
      Files.write(
          directory.resolve("thread-" + name + ".tsv"), log.stream().map(LogCorpus::line).toList());
      ThreadState state = ThreadState.empty(new ThreadId(name));
      for (Fact fact : log) {
        state = state.after(fact);
        if (fact.seq() % SNAPSHOT_EVERY == 0 || fact.seq() == log.size()) {
          snapshots.add(name + "\t" + fact.seq() + "\t" + text(StateJson.snapshot(state)));
        }
      }
      profiles.add(name + "\t" + text(HeadJson.profile(state.knownProfile())));
    }
    Files.write(directory.resolve("snapshots.tsv"), snapshots);
    Files.write(directory.resolve("profiles.tsv"), profiles);
    List<String> answers = new ArrayList<>();
    for (long seed = 0; seed < 40; seed++) {
      answers.add(text(AnswerJson.write(new RandomModel(seed).answer())));
    }
    Files.write(directory.resolve("answers.tsv"), answers);
  }

  private static List<Fact> someEvents() {
    List<ThreadEvent> events = new ArrayList<>();
    GoldenEvents.all().forEach(line -> events.add((ThreadEvent) line.get()[0]));
    for (int kind = 0; kind < KINDS; kind++) {
      for (long seed = 0; seed < EVENTS_PER_KIND; seed++) {
        events.add(new RandomModel(seed).event(kind));
      }
    }
    List<Fact> facts = new ArrayList<>();
    for (ThreadEvent event : events) {
      Instant at = Instant.ofEpochMilli(1_767_225_600_000L + facts.size());
      facts.add(new Fact(facts.size() + 1, 3, at, event));
    }
    return facts;
  }

  private static String line(Fact fact) {
    RunId run = fact.event().run();
    return String.join(
        "\t",
        Long.toString(fact.seq()),
        Long.toString(fact.stateVersion()),
        Long.toString(fact.at().toEpochMilli()),
        FactJson.type(fact.event()),
        Integer.toString(FactJson.schema(fact)),
        run == null ? "-" : run.value(),
        text(FactJson.data(fact)));
  }

  private static String text(byte[] json) {
    return new String(json, UTF_8);
  }
}
