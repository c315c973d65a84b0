package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.Protocol;
import dev.artserver.provider.wire.ScriptedService;
import dev.artserver.provider.wire.StreamingContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenAiProtocolTest extends StreamingContract {
  @Override
  protected Protocol protocol() {
    return new OpenAiProtocol(Dialect.OPENAI);
  }

  @Override
  protected String begun(String text) {
    return written(Script.stream().role().text(text));
  }

  @Override
  protected String keepAlive() {
    return written(Script.stream().raw(": busy\n\n").role());
  }

  @Override
  protected String whole() {
    return written(
        Script.stream()
            .role()
            .thinking("reasoning_content", "Größe")
            .thinking("reasoning", "…")
            .text("Grüß ")
            .text("")
            .text("Gott 👋")
            .text("漢字🐎。\n")
            .tool(0, "a", "calculator", "")
            .toolMore(0, "{\"expression\":")
            .toolMore(0, "\"1+1\"}")
            .tool(1, "b", "clock", "")
            .finish("tool_calls")
            .usage(10, 89, 34)
            .done());
  }

  @Override
  protected ModelReply wholeReply() {
    return new ModelReply(
        "Grüß Gott 👋漢字🐎。\n",
        "Größe…",
        List.of(
            new ToolCall("a", "calculator", "{\"expression\":\"1+1\"}"),
            new ToolCall("b", "clock", "{}")),
        new Usage(10, 89, 34),
        "tool_calls");
  }

  @Override
  protected String imagesSaid() {
    return "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"See\"},"
        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,iVBORw0KGgo=\"}},"
        + "{\"type\":\"text\",\"text\":\"and\"},"
        + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.org/a?b=c&d\"}}]}";
  }

  @Override
  protected String endedEmpty() {
    return "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7}}\n\ndata: [DONE]\n\n";
  }

  @Override
  protected String unstreamed(String text) {
    return "{\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
        + "\"content\":\"%s\"},\"finish_reason\":\"stop\"}]}".formatted(text);
  }

  @Override
  protected String refusal(int status, String message) {
    return "{\"error\":{\"message\":\"" + message + "\",\"type\":\"x\",\"code\":null}}";
  }

  private static String written(Script script) {
    return script.bytes().toString(StandardCharsets.UTF_8);
  }

  @Test
  void the_system_speaks_first_and_the_speakers_take_turns() throws Exception {
    List<ModelMessage> messages =
        List.of(
            new ModelMessage.FromSystem("Be brief."),
            new ModelMessage.FromUser("One"),
            new ModelMessage.FromUser("Two"),
            new ModelMessage.FromSystem("The plan is gold."));

    ScriptedService.Received received = sent(Requests.ask(Phase.EXECUTION, messages, List.of()));

    assertThat(received.body().getJsonArray("messages").encode())
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"Be brief.\\n\\nThe plan is gold.\"},"
                + "{\"role\":\"user\",\"content\":\"One\\n\\nTwo\"}]");
  }

  @Test
  void what_a_service_attached_to_a_call_goes_back_with_it() throws Exception {
    String data =
        "{\"openai\":{\"call\":{\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}}}}";
    ToolCall signed = new ToolCall("c1", "t", "{}", new ObjectMapper().readTree(data));
    List<ModelMessage> messages =
        List.of(
            new ModelMessage.FromUser("?"),
            new ModelMessage.FromAssistant("", List.of(signed)),
            new ModelMessage.FromTool("c1", "t", "2"));

    ScriptedService.Received received = sent(Requests.ask(Phase.EXECUTION, messages, List.of()));

    assertThat(received.body().getJsonArray("messages").getJsonObject(1).encode())
        .isEqualTo(
            "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"c1\",\"type\":\"function\","
                + "\"function\":{\"name\":\"t\",\"arguments\":\"{}\"},"
                + "\"extra_content\":{\"google\":{\"thought_signature\":\"SIG\"}}}]}");
  }
}
