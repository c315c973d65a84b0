package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Fact;
import dev.artserver.model.Profile;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadHead;

/// Heads and facts as clients see them: as `HeadJson` and `FactJson`, with credentials hidden.
public final class ThreadView {
  private ThreadView() {}

  public static ObjectNode write(ThreadHead head) {
    return HeadJson.write(
        new ThreadHead(
            head.threadId(),
            head.status(),
            head.title(),
            shown(head.profile()),
            head.stateVersion(),
            head.seq(),
            head.runId(),
            head.createdAt(),
            head.updatedAt(),
            head.dueAt()));
  }

  /// The fact as a client may see it: the same object unless it may hold a credential.
  public static Fact shown(Fact fact) {
    if (fact.event() instanceof ThreadEvent.Unknown newer) {
      return fact.withEvent(Secrets.hidden(newer));
    }
    return fact.event() instanceof ThreadEvent.ConfigChanged(Profile profile)
        ? fact.withEvent(new ThreadEvent.ConfigChanged(shown(profile)))
        : fact;
  }

  private static Profile shown(Profile profile) {
    return new Profile(Secrets.hidden(profile.config()), profile.metadata());
  }
}
