package dev.artserver.http.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.artserver.http.contract.Contract;
import dev.artserver.http.exchange.JsonText;
import dev.artserver.model.FailureException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SocketCommandsTest {
  private static final Contract CONTRACT = Contract.load();

  @Test
  void every_command_of_the_contract_has_a_handler_and_every_handler_a_schema() {
    assertThat(SocketCommands.HANDLERS.keySet()).isEqualTo(CONTRACT.socketCommands().keySet());
  }

  @Test
  void a_command_without_handler_is_refused_at_the_start() {
    Map<String, SocketHandler> fewer = new HashMap<>(SocketCommands.HANDLERS);
    fewer.remove("cancel");

    assertThatThrownBy(() -> SocketCommands.of(CONTRACT, fewer))
        .hasMessage("no handler for the socket command cancel");
  }

  @Test
  void a_handler_without_schema_is_refused_at_the_start() {
    Map<String, SocketHandler> more = new HashMap<>(SocketCommands.HANDLERS);
    more.put("dance", (session, message) -> Future.succeededFuture(SocketReply.pong()));

    assertThatThrownBy(() -> SocketCommands.of(CONTRACT, more))
        .hasMessage("socket commands not in the contract: [dance]");
  }

  @Test
  void a_message_is_handled_by_the_command_it_names() {
    SocketCommands commands = SocketCommands.of(CONTRACT);

    assertThat(
            commands.handler(JsonText.read("{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8))))
        .isSameAs(SocketCommands.HANDLERS.get("ping"));
    for (String wrong : new String[] {"{\"type\":\"dance\"}", "{}", "[]", "{\"type\":1}"}) {
      assertThatThrownBy(
              () -> commands.handler(JsonText.read(wrong.getBytes(StandardCharsets.UTF_8))))
          .as(wrong)
          .isInstanceOf(FailureException.class);
    }
  }
}
