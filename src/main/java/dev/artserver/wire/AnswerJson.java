package dev.artserver.wire;

import dev.artserver.model.Answer;
import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.RunId;
import dev.artserver.model.RunStatus;
import java.io.IOException;

/// JSON of the answers to commands. Stores keep them for repeated requests.
public final class AnswerJson {
  private AnswerJson() {}

  /// The answer in UTF-8.
  public static byte[] write(Answer answer) {
    return Fields.bytes(answer, AnswerJson::answer);
  }

  /// The answer `bytes` holds. Fails with `TooNew` for a kind of answer that is not known, and with
  /// `IllegalArgumentException` when they are damaged.
  public static Answer read(byte[] bytes) {
    Members in = Json.members(bytes);
    String kind = in.text("kind");
    return switch (kind) {
      case "threadReady" ->
          new Answer.ThreadReady(in.object("head", HeadJson::read), in.flag("created"));
      case "state" -> new Answer.State(in.object("document", StateJson::document));
      case "runAccepted" -> new Answer.RunAccepted(new RunId(in.text("runId")), in.number("seq"));
      case "runSeen" ->
          new Answer.RunSeen(new RunId(in.text("runId")), in.word(RunStatus.class, "status"));
      case "resumed" ->
          new Answer.Resumed(
              new RunId(in.text("runId")),
              in.text("suspensionId"),
              in.instant("answeredAt"),
              in.small("open"));
      case "woken" -> new Answer.Woken(in.flag("due"));
      case "messagesAdded" -> new Answer.MessagesAdded(in.objects("messages", MessageJson::read));
      case "deleted" -> new Answer.Deleted();
      default ->
          throw new FailureException(new Failure.TooNew(null, "an answer of kind '" + kind + "'"));
    };
  }

  private static void answer(Fields out, Answer answer) throws IOException {
    switch (answer) {
      case Answer.ThreadReady ready -> {
        out.text("kind", "threadReady");
        out.object("head", ready.head(), HeadJson::write);
        out.flag("created", ready.created());
      }
      case Answer.State state -> {
        out.text("kind", "state");
        out.object("document", state.document(), StateJson::document);
      }
      case Answer.RunAccepted accepted -> {
        out.text("kind", "runAccepted");
        out.text("runId", accepted.run().value());
        out.number("seq", accepted.seq());
      }
      case Answer.RunSeen seen -> {
        out.text("kind", "runSeen");
        out.text("runId", seen.run().value());
        out.word("status", seen.status());
      }
      case Answer.Resumed resumed -> {
        out.text("kind", "resumed");
        out.text("runId", resumed.run().value());
        out.text("suspensionId", resumed.suspensionId());
        out.instant("answeredAt", resumed.answeredAt());
        out.number("open", resumed.open());
      }
      case Answer.Woken woken -> {
        out.text("kind", "woken");
        out.flag("due", woken.due());
      }
      case Answer.MessagesAdded added -> {
        out.text("kind", "messagesAdded");
        out.objects("messages", added.messages(), MessageJson::write);
      }
      case Answer.Deleted _ -> out.text("kind", "deleted");
    }
  }
}
