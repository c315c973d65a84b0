package dev.artserver.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An event with its place in the thread's log.
///
/// @param seq counts from 1 without gap or repeat
/// @param stateVersion version of the state document after it
/// @param at when it was decided, in whole milliseconds
/// @param caller whose command made it; null: an anonymous caller's, or the server made it itself
public record Fact(
    long seq, long stateVersion, Instant at, ThreadEvent event, @Nullable RecordedCaller caller) {
  /// A fact without a named caller.
  public Fact(long seq, long stateVersion, Instant at, ThreadEvent event) {
    this(seq, stateVersion, at, event, null);
  }

  /// The same with another event in its place.
  public Fact withEvent(ThreadEvent other) {
    return new Fact(seq, stateVersion, at, other, caller);
  }

  /// About how many bytes of memory its images take; 0 for nearly all facts. A fact that is not
  /// understood counts as a whole, since it may hold images.
  public long imageBytes() {
    return switch (event) {
      case ThreadEvent.RunQueued queued -> ContentPart.weight(queued.request().parts());
      case ThreadEvent.MessageAdded added -> ContentPart.weight(added.message().parts());
      case ThreadEvent.ConfigChanged _,
          ThreadEvent.StateChanged _,
          ThreadEvent.RunStarted _,
          ThreadEvent.RunYielded _,
          ThreadEvent.RunSuspended _,
          ThreadEvent.RunResumed _,
          ThreadEvent.RunPhase _,
          ThreadEvent.PlanUpdated _,
          ThreadEvent.ItemUpdated _,
          ThreadEvent.ModelCallStarted _,
          ThreadEvent.ModelCallEnded _,
          ThreadEvent.Thoughts _,
          ThreadEvent.ToolStarted _,
          ThreadEvent.ToolEnded _,
          ThreadEvent.RunEnd _ ->
          0;
      case ThreadEvent.Unknown newer -> newer.data().toString().length();
    };
  }
}
