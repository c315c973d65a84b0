package dev.artserver.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.model.Usage;
import dev.artserver.provider.Requests;
import dev.artserver.provider.wire.EventReader;
import dev.artserver.provider.wire.Fault;
import dev.artserver.provider.wire.Reading;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class DialectTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void openrouter_gets_the_details_of_reasoning_back_with_the_results_of_tools() throws Exception {
    Script script =
        Script.stream()
            .raw(": OPENROUTER PROCESSING\n\n")
            .data(details("A", "{\"type\":\"reasoning.text\",\"text\":\"A\",\"index\":0}"))
            .data(
                details(
                    "B",
                    "{\"type\":\"reasoning.text\",\"text\":\"B\",\"index\":0,\"signature\":\"s\"}"))
            .raw(": OPENROUTER PROCESSING\n\n")
            .data(details("", "{\"type\":\"reasoning.encrypted\",\"data\":\"x\",\"index\":1}"))
            .tool(0, "k", "t", "{}")
            .finish("tool_calls")
            .usage(1, 2, 3)
            .done();

    ModelReply reply = Reading.cutAnywhere(DetailsReader::new, script.bytes()).reply();

    assertThat(reply.thinking()).isEqualTo("AB");
    assertThat(written(Dialect.OPENROUTER, reply.toolCalls()))
        .isEqualTo(
            """
            {"role":"assistant","content":null,"reasoning_details":[\
            {"type":"reasoning.text","index":0,"signature":"s","text":"AB"},\
            {"type":"reasoning.encrypted","index":1,"data":"x"}],\
            "tool_calls":[{"id":"k","type":"function",\
            "function":{"name":"t","arguments":"{}"}}]}\
            """);
  }

  @Test
  void openrouter_s_error_in_the_midst_keeps_its_status() {
    String chunk =
        "{\"id\":\"x\",\"error\":{\"code\":502,\"message\":\"Provider disconnected\"},"
            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\"},\"finish_reason\":\"error\"}]}";

    Reading.Result result = read(Script.stream().text("a").data(chunk).done());

    assertThat(result.fault())
        .isEqualTo(new Fault(502, "it broke off with an error: Provider disconnected"));
  }

  @Test
  void an_answer_that_stops_by_error_is_none() {
    Reading.Result result = read(Script.stream().text("a").finish("error").done());

    assertThat(result.complete()).isFalse();
  }

  @Test
  void deepseek_gets_its_thoughts_back_even_empty_ones() throws Exception {
    Script script =
        Script.stream()
            .thinking("reasoning_content", "Hm.")
            .tool(0, "k", "t", "{}")
            .finish("tool_calls")
            .done();
    EventReader reader =
        new RememberingReader(new ChunkReader(), ChatRequest.DEEPSEEK, ChatRequest.REASONING);

    ModelReply reply = Reading.of(reader, script.bytes()).reply();

    assertThat(written(Dialect.DEEPSEEK, reply.toolCalls()))
        .contains("\"content\":null,\"reasoning_content\":\"Hm.\",\"tool_calls\"");
    assertThat(written(Dialect.DEEPSEEK, List.of(new ToolCall("k", "t", "{}"))))
        .contains("\"reasoning_content\":\"\"");
    assertThat(written(Dialect.OPENAI, reply.toolCalls())).doesNotContain("Hm.");
  }

  @Test
  void cached_tokens_are_found_where_each_service_tells_them() {
    String openAi =
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":4}}}";
    String deepSeek =
        "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,"
            + "\"prompt_cache_hit_tokens\":4,\"prompt_cache_miss_tokens\":5}}";
    String groq =
        "{\"choices\":[],\"x_groq\":{\"id\":\"req\",\"usage\":{\"prompt_tokens\":9,"
            + "\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_tokens\":4}}}}";

    for (String told : List.of(openAi, deepSeek, groq)) {
      ModelReply reply = read(Script.stream().text("a").finish("stop").data(told).done()).reply();

      assertThat(reply.usage()).as(told).isEqualTo(new Usage(9, 2, 0, 4));
    }
  }

  @Test
  void effort_is_named_as_each_service_names_it() throws Exception {
    ObjectNode effort = Requests.object().put("reasoningEffort", "low");

    JsonObject router = body(Dialect.OPENROUTER, List.of(new ModelMessage.FromUser("?")), effort);
    JsonObject groq = body(Dialect.GROQ, List.of(new ModelMessage.FromUser("?")), effort);

    assertThat(router.getJsonObject("reasoning").encode()).isEqualTo("{\"effort\":\"low\"}");
    assertThat(groq.getString("reasoning_effort")).isEqualTo("low");
  }

  private static String details(String reasoning, String detail) {
    return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\",\"reasoning\":\"%s\",\"reasoning_details\":[%s]}}]}"
        .formatted(reasoning, detail);
  }

  private static String written(Dialect dialect, List<ToolCall> calls) throws Exception {
    JsonObject body =
        body(dialect, List.of(new ModelMessage.FromAssistant("", calls)), Requests.object());
    JsonNode messages = MAPPER.readTree(body.getJsonArray("messages").encode());
    return messages.path(1).toString();
  }

  private static JsonObject body(Dialect dialect, List<ModelMessage> messages, ObjectNode options) {
    ModelRequest request =
        new ModelRequest("c_1", "m", Phase.EXECUTION, messages, List.of(), options);
    return new ChatRequest(MAPPER, dialect).write(request).toJsonObject();
  }

  private static Reading.Result read(Script script) {
    return Reading.of(new ChunkReader(), script.bytes());
  }
}
