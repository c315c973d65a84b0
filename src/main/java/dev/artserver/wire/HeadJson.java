package dev.artserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Profile;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadStatus;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// JSON of a thread as lists and look-ups show it: `{threadId, status, title?, config, metadata,
/// stateVersion, seq, runId?, createdAt, updatedAt}`.
public final class HeadJson {
  private HeadJson() {}

  /// A thread as clients see it.
  public static ObjectNode write(ThreadHead head) {
    return Fields.node(head, HeadJson::write);
  }

  /// A thread's configuration and labels, `{config, metadata}`, in UTF-8, for stores.
  public static byte[] profile(Profile profile) {
    return Fields.bytes(profile, HeadJson::profile);
  }

  /// The profile `bytes` holds; `IllegalArgumentException` when it is damaged. Words of a newer
  /// release become others, since a head is only shown: one thread must not spoil a list.
  public static Profile profile(byte[] bytes) {
    return profile(new Members(Json.members(bytes).node(), true));
  }

  static void write(Fields out, ThreadHead head) throws IOException {
    RunId run = head.runId();
    out.text("threadId", head.threadId().value());
    out.word("status", head.status());
    out.text("title", head.title());
    profile(out, head.profile());
    out.number("stateVersion", head.stateVersion());
    out.number("seq", head.seq());
    out.text("runId", run == null ? null : run.value());
    out.instant("createdAt", head.createdAt());
    out.instant("updatedAt", head.updatedAt());
    out.instant("dueAt", head.dueAt());
  }

  static ThreadHead read(Members in) {
    @Nullable String run = in.textOrNull("runId");
    return new ThreadHead(
        new ThreadId(in.text("threadId")),
        in.word(ThreadStatus.class, "status"),
        in.textOrNull("title"),
        profile(in),
        in.number("stateVersion"),
        in.number("seq"),
        run == null ? null : new RunId(run),
        in.instant("createdAt"),
        in.instant("updatedAt"),
        in.instantOrNull("dueAt"));
  }

  static void profile(Fields out, Profile profile) throws IOException {
    out.tree("config", ConfigJson.write(profile.config()));
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(profile.metadata()).forEach(metadata::put);
    out.tree("metadata", metadata);
  }

  static Profile profile(Members in) {
    Map<String, String> metadata = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : in.object("metadata").properties()) {
      metadata.put(entry.getKey(), entry.getValue().textValue());
    }
    return new Profile(in.object("config", ConfigJson::read), metadata);
  }
}
