package dev.artserver.wire.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Caller;
import dev.artserver.model.GivenVerdict;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Role;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.wire.ChangeJson;
import dev.artserver.wire.ContentJson;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import dev.artserver.wire.RunJson;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// JSON of commands: `{v, kind, threadId, caller?, operation?, …}`. A caller that is missing is
/// anonymous. API keys in it are sealed.
public final class CommandJson {
  private static final String CREATE = "create";
  private static final String CONFIGURE = "configure";
  private static final String ENABLE_TOOL = "enableTool";
  private static final String DELETE = "delete";
  private static final String UPDATE_STATE = "updateState";
  private static final String ADD_MESSAGES = "addMessages";
  private static final String START_RUN = "startRun";
  private static final String CANCEL_RUN = "cancelRun";
  private static final String RESUME_RUN = "resumeRun";
  private static final String WAKE = "wake";

  private CommandJson() {}

  public static ObjectNode write(ThreadCommand<?> command) {
    return Fields.node(command, CommandJson::command);
  }

  /// The command in UTF-8.
  public static byte[] bytes(ThreadCommand<?> command) {
    return Fields.bytes(command, CommandJson::command);
  }

  /// The command `bytes` hold; see below.
  public static ThreadCommand<?> read(byte[] bytes) {
    return read(Members.of(bytes));
  }

  /// The command `node` holds. Members that are not known are ignored. Fails with `TooNew` for a
  /// kind or version that is not known, and with `IllegalArgumentException` when it is damaged.
  public static ThreadCommand<?> read(ObjectNode node) {
    return read(new Members(node));
  }

  private static ThreadCommand<?> read(Members in) {
    ThreadId thread = new ThreadId(in.text("threadId"));
    String kind = in.text("kind");
    Versions.check(in, thread, "command '" + kind + "'");
    Caller caller = in.objectOrNull("caller", CommandJson::caller);
    return read(
        kind,
        thread,
        caller == null ? Caller.ANONYMOUS : caller,
        in.objectOrNull("operation", CommandJson::operation),
        in);
  }

  private static void command(Fields out, ThreadCommand<?> command) throws IOException {
    Versions.write(out);
    out.text("kind", kind(command));
    out.text("threadId", command.thread().value());
    if (!command.caller().anonymous()) {
      out.object("caller", command.caller(), CommandJson::caller);
    }
    out.object("operation", command.operation(), CommandJson::operation);
    switch (command) {
      case ThreadCommand.Create c -> {
        out.tree("config", c.config());
        labels(out, c.metadata());
        out.flag("returnExisting", c.returnExisting());
      }
      case ThreadCommand.Configure c -> {
        out.tree("config", c.config());
        out.tree("metadata", c.metadata());
      }
      case ThreadCommand.EnableTool c -> {
        out.text("tool", c.tool());
        out.flag("enabled", c.enabled());
      }
      case ThreadCommand.UpdateState c -> {
        out.object("change", c.change(), ChangeJson::write);
        Long expected = c.expectedVersion();
        if (expected != null) {
          out.number("expectedVersion", expected);
        }
      }
      case ThreadCommand.AddMessages c ->
          out.objects("messages", c.messages(), CommandJson::message);
      case ThreadCommand.StartRun c -> {
        out.object("request", c.request(), RunJson::request);
        out.tree("createWith", c.createWith());
        labels(out, c.metadata());
      }
      case ThreadCommand.CancelRun c -> out.text("runId", c.run().value());
      case ThreadCommand.ResumeRun c -> {
        out.text("runId", c.run().value());
        out.text("suspensionId", c.suspensionId());
        out.objects("answers", c.verdicts(), CommandJson::verdict);
      }
      case ThreadCommand.Delete _, ThreadCommand.Wake _ -> {}
    }
  }

  private static String kind(ThreadCommand<?> command) {
    return switch (command) {
      case ThreadCommand.Create _ -> CREATE;
      case ThreadCommand.Configure _ -> CONFIGURE;
      case ThreadCommand.EnableTool _ -> ENABLE_TOOL;
      case ThreadCommand.Delete _ -> DELETE;
      case ThreadCommand.UpdateState _ -> UPDATE_STATE;
      case ThreadCommand.AddMessages _ -> ADD_MESSAGES;
      case ThreadCommand.StartRun _ -> START_RUN;
      case ThreadCommand.CancelRun _ -> CANCEL_RUN;
      case ThreadCommand.ResumeRun _ -> RESUME_RUN;
      case ThreadCommand.Wake _ -> WAKE;
    };
  }

  private static ThreadCommand<?> read(
      String kind, ThreadId thread, Caller caller, @Nullable OperationKey operation, Members in) {
    return switch (kind) {
      case CREATE -> {
        ObjectNode config = in.objectOrNull("config");
        yield new ThreadCommand.Create(
            thread,
            caller,
            config == null ? JsonNodeFactory.instance.objectNode() : config,
            labels(in),
            in.treeOrNull("returnExisting") != null && in.flag("returnExisting"),
            operation);
      }
      case CONFIGURE ->
          new ThreadCommand.Configure(
              thread, caller, in.objectOrNull("config"), in.objectOrNull("metadata"), operation);
      case ENABLE_TOOL ->
          new ThreadCommand.EnableTool(
              thread, caller, in.text("tool"), in.flag("enabled"), operation);
      case DELETE -> new ThreadCommand.Delete(thread, caller);
      case UPDATE_STATE ->
          new ThreadCommand.UpdateState(
              thread,
              caller,
              in.object("change", ChangeJson::read),
              in.treeOrNull("expectedVersion") == null ? null : in.number("expectedVersion"),
              operation);
      case ADD_MESSAGES ->
          new ThreadCommand.AddMessages(
              thread, caller, in.objects("messages", CommandJson::message), operation);
      case START_RUN ->
          new ThreadCommand.StartRun(
              thread,
              caller,
              in.object("request", RunJson::request),
              in.objectOrNull("createWith"),
              labels(in),
              operation);
      case CANCEL_RUN -> new ThreadCommand.CancelRun(thread, caller, new RunId(in.text("runId")));
      case RESUME_RUN ->
          new ThreadCommand.ResumeRun(
              thread,
              caller,
              new RunId(in.text("runId")),
              in.text("suspensionId"),
              in.objects("answers", CommandJson::verdict),
              operation);
      case WAKE -> new ThreadCommand.Wake(thread);
      default -> throw Versions.tooNew(thread, "command '" + kind + "'");
    };
  }

  private static void caller(Fields out, Caller caller) throws IOException {
    out.text("id", caller.id());
    out.texts("roles", List.copyOf(new TreeSet<>(caller.roles())));
    out.text("onBehalfOf", caller.onBehalfOf());
  }

  private static Caller caller(Members in) {
    List<String> roles = in.treeOrNull("roles") == null ? List.of() : in.texts("roles");
    return new Caller(in.text("id"), new TreeSet<>(roles), in.textOrNull("onBehalfOf"));
  }

  /// A call that the answer does not name is missing.
  private static void verdict(Fields out, GivenVerdict given) throws IOException {
    out.text("callId", given.callId());
    out.flag("approved", given.approved());
    out.tree("value", given.value());
    out.text("reason", given.reason());
    out.tree("modifiedArgs", given.modifiedArgs());
  }

  private static GivenVerdict verdict(Members in) {
    return new GivenVerdict(
        in.textOrNull("callId"),
        in.flag("approved"),
        in.treeOrNull("value"),
        in.textOrNull("reason"),
        in.objectOrNull("modifiedArgs"));
  }

  private static void operation(Fields out, OperationKey operation) throws IOException {
    out.text("id", operation.id());
    out.text("fingerprint", operation.fingerprint());
    out.text("formerFingerprint", operation.formerFingerprint());
  }

  private static OperationKey operation(Members in) {
    return new OperationKey(
        in.text("id"), in.text("fingerprint"), in.textOrNull("formerFingerprint"));
  }

  private static void message(Fields out, ThreadCommand.NewMessage message) throws IOException {
    out.word("role", message.role());
    ContentJson.write(out, "content", message.content(), message.parts());
    out.tree("metadata", message.metadata());
  }

  private static ThreadCommand.NewMessage message(Members in) {
    ContentJson.Content content = ContentJson.read(in, "content");
    return new ThreadCommand.NewMessage(
        in.word(Role.class, "role"), content.text(), content.parts(), in.objectOrNull("metadata"));
  }

  private static void labels(Fields out, Map<String, String> labels) throws IOException {
    if (!labels.isEmpty()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      new TreeMap<>(labels).forEach(node::put);
      out.tree("metadata", node);
    }
  }

  private static Map<String, String> labels(Members in) {
    Map<String, String> labels = new HashMap<>();
    ObjectNode node = in.objectOrNull("metadata");
    if (node != null) {
      for (Map.Entry<String, JsonNode> label : node.properties()) {
        labels.put(label.getKey(), label.getValue().asText());
      }
    }
    return Map.copyOf(labels);
  }
}
