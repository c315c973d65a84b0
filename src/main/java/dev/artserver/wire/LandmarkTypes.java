package dev.artserver.wire;

import dev.artserver.model.ThreadEvent;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/// Types of facts by which databases find messages and runs in long threads: messages, and the
/// begin and the ends of runs. They follow from the sealed events.
public final class LandmarkTypes {
  /// The ends of a run.
  public static final Set<String> RUN_ENDS = runEnds();

  /// All of them.
  public static final Set<String> ALL = all();

  private LandmarkTypes() {}

  /// The condition in SQL that a fact is of one of these types.
  public static String in(Set<String> types) {
    return types.stream()
        .map(type -> "'" + type + "'")
        .collect(Collectors.joining(",", "type IN (", ")"));
  }

  private static Set<String> runEnds() {
    Set<String> types = new LinkedHashSet<>();
    ThreadEvent.kinds(ThreadEvent.RunEnd.class).forEach(end -> types.add(FactJson.type(end)));
    return Collections.unmodifiableSet(types);
  }

  private static Set<String> all() {
    Set<String> types = new LinkedHashSet<>();
    types.add(FactJson.type(ThreadEvent.MessageAdded.class));
    types.add(FactJson.type(ThreadEvent.RunQueued.class));
    types.addAll(RUN_ENDS);
    return Collections.unmodifiableSet(types);
  }
}
