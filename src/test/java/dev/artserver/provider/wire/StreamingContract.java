package dev.artserver.provider.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.flow.FireAndForget;
import dev.artserver.model.ContentPart;
import dev.artserver.model.Failure;
import dev.artserver.model.ModelMessage;
import dev.artserver.model.ModelReply;
import dev.artserver.model.ModelRequest;
import dev.artserver.model.Phase;
import dev.artserver.model.ToolCall;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.RecordingListener;
import dev.artserver.provider.Requests;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every client of a model service does on good days and bad ones, whatever words its service
/// uses.
@Timeout(60)
public abstract class StreamingContract {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));
  protected static final String KEY = "sk-secret-0815";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(150);

  private final Vertx vertx = Vertx.vertx();

  protected abstract Protocol protocol();

  /// A stream that begins, with some text and no end.
  protected abstract String begun(String text);

  /// What keeps a stream alive and says nothing.
  protected abstract String keepAlive();

  /// An answer with all there may be in it: thoughts, text, tool calls, usage.
  protected abstract String whole();

  /// What the whole answer says.
  protected abstract ModelReply wholeReply();

  /// A stream that ends in due form and said nothing.
  protected abstract String endedEmpty();

  /// A whole answer of some text by a service that did not stream it: JSON.
  protected abstract String unstreamed(String text);

  /// The body of a refusal.
  protected abstract String refusal(int status, String message);

  /// How the service hears of `images()`: a piece of the request.
  protected abstract String imagesSaid();

  /// What a user shows in a request.
  protected List<ContentPart> images() {
    return List.of(
        new ContentPart.Text("See"),
        new ContentPart.InlineImage("image/png", "iVBORw0KGgo="),
        new ContentPart.Text("and"),
        new ContentPart.LinkedImage("https://example.org/a?b=c&d", "image/gif"));
  }

  @Test
  public void images_are_sent_in_the_order_and_form_of_the_service() throws Exception {
    List<ModelMessage> messages =
        List.of(
            new ModelMessage.FromUser(ContentPart.text(images()), images()),
            new ModelMessage.FromAssistant("Seen.", List.of()),
            new ModelMessage.FromUser("And now?"));

    ScriptedService.Received received = sent(Requests.ask(Phase.EXECUTION, messages, List.of()));

    assertThat(received.body().encode()).contains(imagesSaid());
  }

  @Test
  public void what_a_model_invented_goes_back_in_a_form_the_service_takes() throws Exception {
    List<ToolCall> calls =
        List.of(
            new ToolCall("c1", "calculator<|channel|>commentary", "{\"expression\": \"1+1"),
            new ToolCall("c2", "", "[1]"),
            new ToolCall("c3", "functions.calculator" + "x".repeat(80), ""),
            new ToolCall("c4", "calculator", "{\"a\": {}}"));
    List<ModelMessage> messages = new ArrayList<>();
    messages.add(new ModelMessage.FromUser("cut \ud83d"));
    messages.add(new ModelMessage.FromAssistant("\ude00", calls));
    calls.forEach(call ->
        messages.add(new ModelMessage.FromTool(call.callId(), call.toolName(), "\ud83d no")));

    ScriptedService.Received received =
        sent(Requests.ask(Phase.EXECUTION, messages, List.of(Requests.calculator())));

    JsonNode body = new ObjectMapper().readTree(received.body().encode());
    assertThat(body.findValuesAsText("name"))
        .contains("calculator", "unnamed")
        .allMatch(name -> name.matches("[a-zA-Z_][a-zA-Z0-9_-]{0,63}"));
    assertThat(body.findValuesAsText("tool_name"))
        .allMatch(name -> name.matches("[a-zA-Z_][a-zA-Z0-9_-]{0,63}"));
    for (JsonNode arguments : body.findValues("arguments")) {
      assertThat(arguments.isTextual() ? read(arguments.textValue()) : arguments)
          .isInstanceOf(ObjectNode.class);
    }
    assertThat(received.body().encode()).contains("cut \ufffd", "\ufffd no");
    assertThat(received.headers().get("Accept-Encoding")).isEqualTo("identity");
  }

  private static JsonNode read(String json) throws IOException {
    return new ObjectMapper().readTree(json);
  }

  @AfterEach
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  public void an_answer_reads_the_same_wherever_its_bytes_are_cut() {
    Reading.Result result = Reading.cutAnywhere(protocol()::reader, Buffer.buffer(whole()));

    assertThat(result.fault()).isNull();
    assertThat(result.complete()).isTrue();
    assertThat(result.reply()).isEqualTo(wholeReply());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n", "mixed"})
  public void a_stream_may_begin_with_a_mark_and_end_its_lines_in_any_way(String lineEnd) {
    String[] ends = {"\n", "\r\n", "\r"};
    StringBuilder stream = new StringBuilder("\ufeff");
    int line = 0;
    for (String each : whole().split("\n", -1)) {
      // An LF after a CR would be the same line end.
      String mixed = each.isEmpty() ? "\r\n" : ends[line++ % 3];
      stream.append(each).append(lineEnd.equals("mixed") ? mixed : lineEnd);
    }

    Reading.Result result =
        Reading.cutAnywhere(protocol()::reader, Buffer.buffer(stream.toString()));

    assertThat(result.fault()).isNull();
    assertThat(result.reply()).isEqualTo(wholeReply());
  }

  @Test
  public void the_data_of_an_event_may_be_several_lines() {
    String stream =
        whole().replaceAll("(?m)^data: \\{(.*)\\}$", "data:{\n: comment\ndata: $1\ndata:}");

    Reading.Result result = Reading.cutAnywhere(protocol()::reader, Buffer.buffer(stream));

    assertThat(result.fault()).isNull();
    assertThat(result.reply()).isEqualTo(wholeReply());
  }

  @Test
  public void a_character_cut_in_two_is_handed_on_whole() throws Exception {
    String halves = begun("HIGH") + begun("LOW!") + begun("HIGH");
    Recording recording = Recording.stream();
    for (String event : halves.split("(?<=\n)")) {
      String escaped = event.replace("HIGH", "\\ud83d").replace("LOW", "\\ude00");
      recording = recording.send(escaped).pause(Duration.ofMillis(50));
    }

    RecordingListener heard = ask(recording.end());

    assertThat(heard.failure()).isNotNull();
    assertThat(heard.text()).isEqualTo("😀!\uFFFD");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  public void an_answer_may_come_as_one_json_text(boolean pretty) throws Exception {
    JsonNode json = new ObjectMapper().readTree(unstreamed("It is {397.8}."));
    Recording answer =
        Recording.stream().send(pretty ? json.toPrettyString() : json.toString()).end();

    RecordingListener heard = ask(answer.inPiecesOf(7));

    assertThat(heard.reply().text()).isEqualTo("It is {397.8}.");
    assertThat(heard.reply().stopReason()).isEqualTo("stop");
    assertThat(heard.text()).isEqualTo("It is {397.8}.");
  }

  @Test
  public void an_answer_is_whole_only_when_the_service_says_so() throws Exception {
    Map<String, Recording> days =
        Map.of(
            "nothing", Recording.stream().end(),
            "a beginning", Recording.stream().send(begun("The answer is 39")).end(),
            "cut in an event",
                Recording.stream().send(begun("a") + begun("b").stripTrailing()).end(),
            "an end in due form", Recording.stream().send(endedEmpty()).end(),
            "a reset", Recording.stream().send(endedEmpty()).reset());

    for (Map.Entry<String, Recording> day : days.entrySet()) {
      Failure failure = ask(day.getValue()).failure();

      assertThat(failure)
          .as(day.getKey())
          .isInstanceOfSatisfying(
              Failure.ProviderError.class, error -> assertThat(error.providerStatus()).isZero());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'object':'error','message':'too long','type':'BadRequestError','code':400}|400|BadRequestError",
        "{'choices':null,'error_type':'BadRequestError','error_message':'too long'}|400|BadRequestError",
        "{'error':{'message':'too long','type':'invalid_request_error','code':'context_length_exceeded'}}"
            + "|400|context_length_exceeded",
        "{'error':{'message':'too long','type':'rate_limit_error','code':'rate_limit_exceeded'}}"
            + "|429|rate_limit_exceeded",
        "{'error':{'message':'too long','code':'429'}}|429|",
        "{'error':{'message':'too long','type':null,'param':null,'code':503.0}}|0|",
        "{'error':{'message':'too long','type':'overloaded_error'}}|529|overloaded_error",
        "{'error':{'code':429,'message':'too long','status':'RESOURCE_EXHAUSTED'}}|429|RESOURCE_EXHAUSTED",
        "{'error':'too long','status_code':503}|503|",
        "{'detail':'too long','status':400}|400|",
        "{'message':'too long','code':'ThrottlingException'}|429|ThrottlingException",
        "{'errors':[{'message':'too long','code':7009}],'success':false}|0|",
        "[{'error':{'code':400,'message':'too long','status':'INVALID_ARGUMENT'}}]|400|INVALID_ARGUMENT",
      })
  public void an_error_in_a_stream_keeps_its_words_status_and_code(
      String error, int status, String code) throws Exception {
    String json = error.replace('\'', '"');
    List<String> forms =
        List.of(
            begun("a") + "data: " + json + "\n\n",
            "event: error\ndata: " + json + "\n\n",
            json + "\n",
            new ObjectMapper().readTree(json).toPrettyString());

    for (String form : forms) {
      Failure failure = ask(Recording.stream().send(form).end()).failure();

      assertThat(failure)
          .as(form)
          .isEqualTo(
              new Failure.ProviderError(
                  "scripted", status, code, "it broke off with an error: too long", null));
    }
  }

  @Test
  public void what_is_no_stream_at_all_is_shown_as_far_as_it_helps() throws Exception {
    Recording page =
        Recording.stream().send("<html>\n<h1>Sign in, ").send(KEY + "</h1>\n</html>").end();

    Failure failure = ask(page).failure();

    assertThat(failure.message())
        .isEqualTo("it did not stream an answer but sent: <html> <h1>Sign in, ***</h1> </html>");
  }

  @Test
  public void events_need_no_empty_lines_between_them() {
    String tight = whole().replaceAll("\n+", "\n").stripTrailing();

    Reading.Result result = Reading.cutAnywhere(protocol()::reader, Buffer.buffer(tight));

    assertThat(result.fault()).isNull();
    assertThat(result.reply()).isEqualTo(wholeReply());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  public void damaged_streams_are_read_without_a_bug_of_ours(long seed) {
    Random random = new Random(seed);
    String[] values = {"null", "7", "\"x\"", "[]", "{}", "[{}]", "true", "-1.5e300"};
    for (int i = 0; i < 200; i++) {
      String damaged = whole();
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = damaged.indexOf(':', random.nextInt(damaged.length())) + 1;
        int end = at + random.nextInt(Math.min(30, damaged.length() - at) + 1);
        String value = values[random.nextInt(values.length)];
        damaged = damaged.substring(0, at) + value + damaged.substring(end);
      }

      Reading.Result result = Reading.of(protocol().reader(), Buffer.buffer(damaged));

      assertThat(result.reply()).as("seed " + seed + ": " + damaged).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  public void members_of_the_wrong_form_are_read_without_a_bug_of_ours(long seed)
      throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      StringBuilder damaged = new StringBuilder();
      for (String line : whole().split("\n", -1)) {
        int brace = line.indexOf('{');
        damaged.append(
            brace < 0 ? line : line.substring(0, brace) + deformed(line.substring(brace), random));
        damaged.append('\n');
      }

      Reading.Result result = Reading.of(protocol().reader(), Buffer.buffer(damaged.toString()));

      assertThat(result.reply()).as("seed " + seed + ": " + damaged).isNotNull();
    }
  }

  /// The same JSON with one of its members another thing.
  private static JsonNode deformed(String json, Random random) throws IOException {
    JsonNode root = new ObjectMapper().readTree(json);
    List<ObjectNode> objects = new ArrayList<>();
    objects.add((ObjectNode) root);
    root.findParents("type").forEach(found -> objects.add((ObjectNode) found));
    for (JsonNode child : root) {
      if (child instanceof ObjectNode object) {
        objects.add(object);
      }
    }
    ObjectNode chosen = objects.get(random.nextInt(objects.size()));
    List<String> names = new ArrayList<>();
    chosen.fieldNames().forEachRemaining(names::add);
    if (!names.isEmpty()) {
      String name = names.get(random.nextInt(names.size()));
      List<String> others = List.of("null", "7", "\"x\"", "[]", "{}", "[{}]", "[[7]]", "true");
      chosen.set(name, new ObjectMapper().readTree(others.get(random.nextInt(others.size()))));
    }
    return root;
  }

  @Test
  public void an_answer_is_streamed_as_it_comes_and_reported_as_a_whole() throws Exception {
    RecordingListener heard = ask(Recording.stream().send(whole()).inPiecesOf(7).end());

    assertThat(heard.reply()).isEqualTo(wholeReply());
    assertThat(heard.text()).isEqualTo(wholeReply().text());
    assertThat(heard.thinking()).isEqualTo(wholeReply().thinking());
    assertThat(heard.complaint()).isEmpty();
  }

  @Test
  public void a_malformed_answer_is_an_error_of_status_0() throws Exception {
    Recording begun = Recording.stream().send(begun("a"));
    Map<String, Recording> days =
        Map.of(
            "ended early", begun.end(),
            "reset", begun.reset(),
            "garbage", begun.send("data: {nonsense\n\n{nonsense\n").end(),
            "no object", begun.send("data: 7\n\n{]\n").end(),
            "a line without end", Recording.stream().send("data: " + "x".repeat(2 << 20)),
            "another page", Recording.stream().send("<html></html>\n").end());

    for (Map.Entry<String, Recording> day : days.entrySet()) {
      Failure failure = ask(day.getValue()).failure();

      assertThat(failure)
          .as(day.getKey())
          .isInstanceOfSatisfying(
              Failure.ProviderError.class, error -> assertThat(error.providerStatus()).isZero());
    }
  }

  @Test
  public void an_answer_too_large_is_broken_off() throws Exception {
    Recording endless = Recording.stream();
    for (int i = 0; i < 20; i++) {
      endless = endless.send(begun("x".repeat(100_000)));
    }

    Failure failure = ask(endless).failure();

    assertThat(failure.message()).isEqualTo("its answer is too large");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 429, 500, 503, 529})
  public void a_refusal_carries_its_status_words_and_patience_but_not_the_key(int status)
      throws Exception {
    String body = refusal(status, "no, " + KEY);
    Recording refusal = Recording.error(status, body, Map.of("Retry-After", "7"));

    Failure failure = ask(refusal).failure();

    assertThat(failure)
        .usingRecursiveComparison()
        .ignoringFields("providerCode")
        .isEqualTo(new Failure.ProviderError("scripted", status, "no, ***", Duration.ofSeconds(7)));
  }

  @Test
  public void silence_before_the_first_token_ends_the_call_although_the_stream_is_kept_alive()
      throws Exception {
    Duration limit = Duration.ofMillis(500);
    Recording alive = Recording.stream();
    for (int i = 0; i < 60; i++) {
      alive = alive.pause(Duration.ofMillis(20)).send(keepAlive());
    }
    ScriptedService service = serve(alive.end());

    Failure failure = ask(service, limit, LONG).failure();

    assertThat(failure)
        .isEqualTo(
            new Failure.TimedOut("LLM_TIMEOUT", "the first token of provider 'scripted'", limit));
    await().until(() -> service.abandoned() == 1);
  }

  @Test
  public void silence_between_tokens_ends_the_call() throws Exception {
    ScriptedService service = serve(Recording.stream().send(begun("a")));

    RecordingListener heard = ask(service, LONG, SHORT);

    assertThat(heard.failure())
        .isEqualTo(
            new Failure.TimedOut("LLM_TIMEOUT", "the next token of provider 'scripted'", SHORT));
    assertThat(heard.text()).isEqualTo("a");
  }

  @Test
  public void cancel_closes_the_connection_and_the_listener_is_not_called_again() throws Exception {
    Recording endless = Recording.stream();
    for (int i = 0; i < 200; i++) {
      endless = endless.send(begun("a")).pause(Duration.ofMillis(20));
    }
    ScriptedService service = serve(endless);
    ProviderClient client = client(config(service.url(), LONG, LONG));
    RecordingListener heard = new RecordingListener();
    CompletableFuture<ModelCall> started = new CompletableFuture<>();
    vertx.runOnContext(go -> started.complete(client.start(Requests.ask("?"), heard)));
    await().until(() -> heard.pieces().size() > 2);

    started.get(5, TimeUnit.SECONDS).cancel();

    await().until(() -> service.abandoned() == 1);
    assertThat(heard.ended()).isFalse();
  }

  @Test
  public void the_key_stands_in_a_header_and_nowhere_else() throws Exception {
    ScriptedService service = serve(Recording.stream().send(whole()).end());

    ask(service, LONG, LONG).reply();

    ScriptedService.Received received = service.received().getFirst();
    assertThat(received.headers().toString()).contains(KEY);
    assertThat(received.uri() + received.body()).doesNotContain(KEY);
  }

  @Test
  public void the_request_is_not_kept_while_the_answer_is_awaited() throws Exception {
    ScriptedService service = serve(Recording.stream());
    Asking asking = new Asking(protocol());
    ProviderClient client =
        new ServiceClient(vertx, CLOCK, config(service.url(), LONG, LONG), asking);
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(Requests.ask("?"), heard));
    await().until(() -> service.inFlight() == 1);

    await()
        .until(() -> {
          System.gc();
          return asking.body.get() == null;
        });

    assertThat(heard.ended()).isFalse();
    FireAndForget.logged(client.close(), "close the client");
  }

  /// The same protocol; knows whether what it wrote last is still held by anyone.
  private static final class Asking implements Protocol {
    private final Protocol protocol;
    private volatile WeakReference<Buffer> body = new WeakReference<>(Buffer.buffer());

    private Asking(Protocol protocol) {
      this.protocol = protocol;
    }

    @Override
    public String path(ModelRequest request) {
      return protocol.path(request);
    }

    @Override
    public Buffer body(ModelRequest request) {
      Buffer written = protocol.body(request);
      body = new WeakReference<>(written);
      return written;
    }

    @Override
    public EventReader reader() {
      return protocol.reader();
    }
  }

  @Test
  public void closing_ends_open_calls() throws Exception {
    ScriptedService service = serve(Recording.stream().send(begun("a")));
    ProviderClient client = client(config(service.url(), LONG, LONG));
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(Requests.ask("?"), heard));
    await().until(() -> heard.text().equals("a"));

    FireAndForget.logged(client.close(), "close the client");

    assertThat(heard.failure()).isInstanceOf(Failure.ProviderError.class);
  }

  private ProviderClient client(ServiceConfig config) {
    return new ServiceClient(vertx, CLOCK, config, protocol());
  }

  /// How a call of `recording` goes.
  protected final RecordingListener ask(Recording recording) throws Exception {
    return ask(serve(recording), LONG, LONG);
  }

  /// What a service hears of a request.
  protected final ScriptedService.Received sent(ModelRequest request) throws Exception {
    ScriptedService service = serve(Recording.stream().send(whole()).end());
    ProviderClient client = client(config(service.url(), LONG, LONG));
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(request, heard));
    heard.reply();
    return service.received().getFirst();
  }

  /// Why a request is refused that the service never hears of.
  protected final Failure unsent(ModelRequest request) throws Exception {
    ScriptedService service = serve(Recording.stream().send(whole()).end());
    ProviderClient client = client(config(service.url(), LONG, LONG));
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(request, heard));
    Failure failure = heard.failure();
    assertThat(service.calls()).isZero();
    return failure;
  }

  private RecordingListener ask(
      ScriptedService service, Duration firstToken, Duration betweenTokens) {
    ProviderClient client = client(config(service.url(), firstToken, betweenTokens));
    RecordingListener heard = new RecordingListener();
    vertx.runOnContext(go -> client.start(Requests.ask("?"), heard));
    return heard;
  }

  private ScriptedService serve(Recording recording) throws Exception {
    return ScriptedService.listen(vertx, asked -> recording)
        .toCompletionStage()
        .toCompletableFuture()
        .get(5, TimeUnit.SECONDS);
  }

  private static ServiceConfig config(String url, Duration firstToken, Duration betweenTokens) {
    return new ServiceConfig(
        "scripted", url, KEY, LONG, firstToken, betweenTokens, LONG, 1 << 20, 1 << 20);
  }
}
