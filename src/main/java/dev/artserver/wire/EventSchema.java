package dev.artserver.wire;

import dev.artserver.model.ThreadEvent;

/// Which version of the JSON of facts an event needs.
///
/// A fact is stored with the least version that can express it, so that older instances can read
/// all they understand. A version is needed for what an older instance must not ignore: a new
/// event, a new word of an enum, a member that changes what the event does. A member that an older
/// instance may ignore needs none.
final class EventSchema {
  /// The first release.
  static final int OLDEST = 1;

  /// Has runs that wait for people.
  static final int SUSPENSIONS = 2;

  static final int NEWEST = SUSPENSIONS;

  private EventSchema() {}

  static int of(ThreadEvent event) {
    return switch (event) {
      case ThreadEvent.RunSuspended _, ThreadEvent.RunResumed _ -> SUSPENSIONS;
      // An older instance would run a tool that must ask.
      case ThreadEvent.ConfigChanged e ->
          e.profile().config().approvals().isEmpty() && e.profile().config().clientTools().isEmpty()
              ? OLDEST
              : SUSPENSIONS;
      case ThreadEvent.StateChanged _,
          ThreadEvent.RunQueued _,
          ThreadEvent.RunStarted _,
          ThreadEvent.RunYielded _,
          ThreadEvent.RunPhase _,
          ThreadEvent.PlanUpdated _,
          ThreadEvent.ItemUpdated _,
          ThreadEvent.ModelCallStarted _,
          ThreadEvent.ModelCallEnded _,
          ThreadEvent.Thoughts _,
          ThreadEvent.ToolStarted _,
          ThreadEvent.ToolEnded _,
          ThreadEvent.MessageAdded _,
          ThreadEvent.RunEnd _ ->
          OLDEST;
      case ThreadEvent.Unknown newer -> newer.schema();
    };
  }
}
