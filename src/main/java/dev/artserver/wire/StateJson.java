package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.StateDocument;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadState;
import java.io.IOException;
import java.util.Optional;

/// JSON of a thread's whole state, for snapshots, and of its state document.
public final class StateJson {
  /// Grows when a member changes its meaning or goes; not when one is added that has a default. An
  /// older form is upgraded on reading, or ignored. Form 1 has no `fold`, which was the first.
  static final int FORM_VERSION = 3;

  private StateJson() {}

  /// The document as clients see it: `{version, lastOperationId, modified, data}`.
  public static ObjectNode write(StateDocument document) {
    return Fields.node(document, StateJson::document);
  }

  /// The state in UTF-8.
  public static byte[] snapshot(ThreadState state) {
    return Fields.bytes(state, StateJson::state);
  }

  /// The state `bytes` holds; empty when they are damaged, of a newer form, or made by another fold
  /// than this one. Then the log is folded from its beginning.
  public static Optional<ThreadState> snapshot(byte[] bytes) {
    try {
      Members in = Json.members(bytes);
      long fold = in.treeOrNull("fold") == null ? 1 : in.number("fold");
      return in.number("snapshot") <= FORM_VERSION && fold == ThreadState.FOLD_VERSION
          ? Optional.of(state(in))
          : Optional.empty();
    } catch (RuntimeException unreadable) {
      // A snapshot only saves time: the log gives the same state.
      return Optional.empty();
    }
  }

  private static void state(Fields out, ThreadState state) throws IOException {
    out.number("snapshot", FORM_VERSION);
    out.number("fold", ThreadState.FOLD_VERSION);
    out.text("id", state.id().value());
    out.number("seq", state.seq());
    out.object("profile", state.profile(), HeadJson::profile);
    out.text("title", state.title());
    out.object("document", state.document(), StateJson::document);
    out.objects("history", state.history(), MessageJson::write);
    out.objects("runs", state.runs(), ActiveRunJson::write);
    out.instant("createdAt", state.createdAt());
    out.instant("updatedAt", state.updatedAt());
  }

  private static ThreadState state(Members in) {
    return new ThreadState(
        new ThreadId(in.text("id")),
        in.number("seq"),
        in.objectOrNull("profile", HeadJson::profile),
        in.textOrNull("title"),
        in.object("document", StateJson::document),
        in.objects("history", MessageJson::read),
        in.objects("runs", ActiveRunJson::read),
        in.instant("createdAt"),
        in.instant("updatedAt"));
  }

  static void document(Fields out, StateDocument document) throws IOException {
    out.number("version", document.version());
    out.text("lastOperationId", document.lastOperationId());
    out.instant("modified", document.modified());
    out.tree("data", document.data());
  }

  static StateDocument document(Members in) {
    return new StateDocument(
        in.number("version"),
        in.text("lastOperationId"),
        in.instant("modified"),
        in.object("data"));
  }
}
