package dev.artserver.wire.remote;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.stream.FollowRequest;
import dev.artserver.wire.FactJson;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// JSON of follow requests: `{v, after, tokens, kinds?, runId?}`. No `kinds`: all.
public final class FollowJson {
  private FollowJson() {}

  public static ObjectNode write(FollowRequest request) {
    return Fields.node(request, FollowJson::request);
  }

  /// The request `node` holds. Kinds of events that are not known here are those of facts this
  /// release passes on as `Unknown`. Fails with `TooNew` for a version that is not known, and with
  /// `IllegalArgumentException` when it is damaged.
  public static FollowRequest read(ObjectNode node) {
    Members in = new Members(node);
    Versions.check(in, null, "a follow request");
    String run = in.textOrNull("runId");
    return new FollowRequest(
        in.treeOrNull("after") == null ? 0 : in.number("after"),
        in.treeOrNull("tokens") != null && in.flag("tokens"),
        in.treeOrNull("kinds") == null ? Set.of() : kinds(in.texts("kinds")),
        run == null ? null : new RunId(run));
  }

  private static void request(Fields out, FollowRequest request) throws IOException {
    RunId run = request.run();
    Versions.write(out);
    out.number("after", request.after());
    out.flag("tokens", request.tokens());
    if (!request.types().isEmpty()) {
      out.texts("kinds", request.types().stream().map(FactJson::kind).sorted().toList());
    }
    out.text("runId", run == null ? null : run.value());
  }

  private static Set<Class<? extends ThreadEvent>> kinds(List<String> names) {
    Set<Class<? extends ThreadEvent>> kinds = new HashSet<>();
    names.forEach(name -> kinds.add(FactJson.kind(name)));
    return kinds;
  }
}
