package dev.artserver.http.socket;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.http.contract.Contract;
import dev.artserver.http.contract.Schema;
import dev.artserver.http.contract.ValuePath;
import dev.artserver.model.Failure;
import dev.artserver.model.Failure.Violation;
import dev.artserver.model.FailureException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The commands of WebSockets: name, schema and handler of each. A command of the contract without
/// a handler, or the other way round, is refused when the server starts.
public final class SocketCommands {
  static final Map<String, SocketHandler> HANDLERS =
      Map.of(
          "subscribe", (session, message) -> session.subscriptions().subscribe(message),
          "unsubscribe", (session, message) -> session.subscriptions().unsubscribe(message),
          "run", (session, message) -> session.runs().start(message),
          "resume", (session, message) -> session.runs().resume(message),
          "cancel", (session, message) -> session.runs().cancel(message),
          "ping", (session, message) -> Future.succeededFuture(SocketReply.pong()));

  private final Schema any;
  private final Map<String, Command> commands = new HashMap<>();

  private record Command(Schema schema, SocketHandler handler) {}

  private SocketCommands(Schema any) {
    this.any = any;
  }

  public static SocketCommands of(Contract contract) {
    return of(contract, HANDLERS);
  }

  /// Throws `IllegalStateException` when contract and handlers do not agree.
  static SocketCommands of(Contract contract, Map<String, SocketHandler> handlers) {
    SocketCommands commands = new SocketCommands(contract.socketCommand());
    TreeSet<String> unknown = new TreeSet<>(handlers.keySet());
    contract
        .socketCommands()
        .forEach((name, schema) -> {
          SocketHandler handler = handlers.get(name);
          if (handler == null) {
            throw new IllegalStateException("no handler for the socket command " + name);
          }
          unknown.remove(name);
          commands.commands.put(name, new Command(schema, handler));
        });
    if (!unknown.isEmpty()) {
      throw new IllegalStateException("socket commands not in the contract: " + unknown);
    }
    return commands;
  }

  /// The handler of a message. Fails with `Invalid` when the message does not fit the contract.
  SocketHandler handler(JsonNode message) {
    Command command = commands.get(message.path("type").asText());
    List<Violation> wrong = new ArrayList<>();
    // The schema of all commands says what is wrong with a type that is unknown or missing.
    (command == null ? any : command.schema()).check(message, ValuePath.BODY, wrong);
    if (!wrong.isEmpty()) {
      throw new FailureException(new Failure.Invalid("INVALID_REQUEST", 400, wrong));
    }
    if (command == null) {
      throw new IllegalStateException("the contract takes a command that it does not name");
    }
    return command.handler();
  }
}
