package dev.artserver.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.provider.openai.Script;
import dev.artserver.provider.wire.Recording;
import dev.artserver.provider.wire.ScriptedService;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// Neither the server's key nor a thread's own key can be read anywhere: in no response, event,
/// error, metric, log line or byte of the store, whatever the service repeats of it.
@Timeout(120)
class KeyLeakTest {
  private static final String OF_SERVER = "sk-server/QWERT+zuiop=4711-abcdefghij";
  private static final String OF_THREAD = "sk-thread/YXCVB+nmasd=0815-klmnopqrst";
  private static final String NEVER_KEPT = "sk-wrong/FGHJK+lpoiu=2342-uvwxyzabcd";
  private static final String SECRET =
      Base64.getEncoder()
          .encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
  private static final ObjectMapper JSON = new ObjectMapper();

  /// How the service misbehaves; the question of a call names one.
  private static final List<String> SCENES =
      List.of("fine", "401", "500", "429", "302", "long", "words", "middle", "odd", "reset");

  @RegisterExtension private final ScriptedModels models = new ScriptedModels();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// All output of the server, by its place.
  private final Map<String, String> said = new LinkedHashMap<>();

  @TempDir Path data;

  @Test
  void no_key_is_anywhere_to_be_read() throws Exception {
    ScriptedService service = models.serve(KeyLeakTest::answer);
    Map<String, String> environment =
        Map.of(
            "ART_PROVIDERS_DEMO_KIND", "openai",
            "ART_PROVIDERS_DEMO_BASE_URL", service.url() + "/v1",
            "ART_PROVIDERS_DEMO_API_KEY", OF_SERVER,
            "ART_PROVIDERS_DEMO_BREAKER_ENABLED", "false",
            "ART_PROVIDERS_DEMO_RETRY_FIRST_DELAY", "1ms",
            "ART_SECURITY_SECRET_KEY", SECRET,
            "ART_DEFAULTS_AGENT", "react",
            "ART_LOG_LEVEL", "trace");

    try (ServerChild server = ServerChild.start(data, environment)) {
      thread(server, "servers", "{}");
      thread(server, "own", "{\"provider\": {\"apiKey\": \"" + OF_THREAD + "\"}}");
      for (String thread : List.of("servers", "own")) {
        for (String scene : SCENES) {
          run(server, thread, scene);
        }
        cancel(server, thread);
      }
      refusals(server);
      reconfigure(server);
      readEverything(server);
      said.put("data directory, open", bytes(data));
      assertThat(server.stop()).isZero();
      said.put("log", server.log());
    }
    said.put("data directory, closed", bytes(data));

    assertItWasTried(service);
    said.forEach((place, text) -> {
      for (String key : List.of(OF_SERVER, OF_THREAD, NEVER_KEPT, SECRET)) {
        List<String> sought = forms(key);
        sought.add(key.substring(0, key.length() / 2));
        for (String form : sought) {
          int at = text.indexOf(form);
          assertThat(at)
              .as(() -> place + ": …" + text.substring(Math.max(0, at - 200), at))
              .isNegative();
        }
      }
    });
  }

  /// The keys were used and repeated; otherwise the test would prove nothing.
  private void assertItWasTried(ScriptedService service) {
    assertThat(service.received().stream().map(each -> each.headers().get("Authorization")))
        .contains("Bearer " + OF_SERVER, "Bearer " + OF_THREAD);
    String all = String.join("\n", said.values());
    assertThat(all)
        .contains("Incorrect API key provided: ***")
        .contains("half an answer")
        .contains("\"apiKey\":\"***\"");
    assertThat(said.get("data directory, open")).contains("\"apiKey\":\"sealed:v1:");
    said.forEach((place, text) -> {
      if (!place.startsWith("data directory")) {
        assertThat(text).as(place).doesNotContain("sealed:v1:");
      }
    });
  }

  /// Each scene repeats the key of its call where real services do.
  private static Recording answer(JsonObject asked) {
    String question = asked.getJsonArray("messages").encode();
    String scene = question.substring(question.lastIndexOf("scene ") + 6).split("\\W")[0];
    String key = question.contains("with own") ? OF_THREAD : OF_SERVER;
    String all = String.join(" ", forms(key));
    String error =
        new JsonObject()
            .put(
                "error",
                new JsonObject()
                    .put("message", "Incorrect API key provided: " + all)
                    .put("param", key)
                    .put("code", key))
            .encode();
    return switch (scene) {
      case "401" -> Recording.error(401, error, Map.of("WWW-Authenticate", "Bearer " + key));
      case "500" -> Recording.error(500, "oops " + all, Map.of());
      case "429" -> Recording.error(429, error, Map.of("Retry-After", "0", "x-key", key));
      case "302" -> Recording.error(302, "", Map.of("Location", "http://x/?key=" + key));
      case "long" ->
          Recording.error(400, " ".repeat(16 * 1_024 - key.length() / 2) + key, Map.of());
      case "words" -> Recording.error(400, "{\"error\": \"" + all + "\"}", Map.of());
      case "middle" -> Script.stream().role().text("half an answer").data(error).end().recording();
      case "odd" -> Script.stream().role().data(all + " is no JSON").end().recording();
      case "reset" -> Script.stream().role().text("half").reset().recording();
      case "hang" -> Script.stream().role().text("half").recording();
      default -> Script.tokens(3, Duration.ofMillis(1)).recording();
    };
  }

  private static List<String> forms(String key) {
    List<String> forms = new ArrayList<>(List.of(key));
    forms.add(URLEncoder.encode(key, StandardCharsets.UTF_8));
    for (String whole : List.of(key, "Bearer " + key, ":" + key)) {
      byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
      forms.add(Base64.getEncoder().encodeToString(bytes));
      forms.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
    return forms;
  }

  private void thread(ServerChild server, String name, String config) throws Exception {
    HttpResponse<String> made =
        send(
            server,
            "POST",
            "/v1/threads",
            "{\"threadId\": \"" + name + "\", \"config\": " + config + "}");
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
  }

  private static String question(String thread, String scene) {
    return "{\"query\": \"with " + thread + ", scene " + scene + ".\"}";
  }

  private void run(ServerChild server, String thread, String scene) throws Exception {
    String path = "/v1/threads/" + thread + "/runs";
    send(server, "POST", path, question(thread, scene));
    send(server, "POST", path, question(thread, scene), "Accept", "text/event-stream");
  }

  private void cancel(ServerChild server, String thread) throws Exception {
    String path = "/v1/threads/" + thread + "/runs";
    HttpResponse<String> accepted =
        send(server, "POST", path, question(thread, "hang"), "Prefer", "respond-async");
    String run = path + "/" + JSON.readTree(accepted.body()).path("runId").asText();
    send(server, "GET", run + "/explain", "");
    send(server, "POST", run + "/cancel", "");
    send(server, "GET", run, "");
    send(server, "GET", run + "/wait", "");
  }

  /// A refusal must not repeat the content of the request.
  private void refusals(ServerChild server) throws Exception {
    String wrong = "\"" + NEVER_KEPT + "\"";
    String spaced = "\"" + NEVER_KEPT + " \"";
    List<String> providers =
        List.of(
            "{\"apikey\": " + wrong + "}",
            "{\"apiKey\": " + spaced + "}",
            "{\"apiKey\": [" + wrong + "]}",
            "{\"apiKey\": " + "\"" + NEVER_KEPT.repeat(40) + "\"}",
            "{\"options\": {\"api_key\": " + wrong + "}}",
            "{\"nom\": 1, \"apiKey\": " + wrong + "}",
            "{\"name\": \"nobody\", \"apiKey\": " + wrong + "}");
    for (String provider : providers) {
      String config = "{\"config\": {\"provider\": " + provider + "}}";
      assertRefused(send(server, "POST", "/v1/threads", config));
      assertRefused(
          send(
              server,
              "PATCH",
              "/v1/threads/own",
              config,
              "Content-Type",
              "application/merge-patch+json"));
    }
    for (String options :
        List.of(
            "{\"provider\": {\"name\": \"demo\", \"model\": \"m\", \"apiKey\": " + wrong + "}}",
            "{\"provider\": {\"name\": \"demo\", \"model\": \"m\", \"options\": {\"key\": "
                + wrong
                + "}}}",
            "{\"llmParams\": {\"apiKey\": " + wrong + "}}")) {
      assertRefused(
          send(
              server,
              "POST",
              "/v1/threads/own/runs",
              "{\"query\": \"?\", \"options\": " + options + "}"));
    }
    assertRefused(send(server, "POST", "/v1/threads", "{\"config\": " + wrong.repeat(2)));
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
  }

  private void reconfigure(ServerChild server) throws Exception {
    for (String provider :
        List.of("{\"apiKey\": \"***\"}", "{\"model\": \"m2\"}", "{\"apiKey\": null}")) {
      HttpResponse<String> changed =
          send(
              server,
              "PATCH",
              "/v1/threads/own",
              "{\"config\": {\"provider\": " + provider + "}}",
              "Content-Type",
              "application/merge-patch+json");
      assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
      assertThat(changed.body().contains("\"apiKey\":\"***\""))
          .isEqualTo(!provider.contains("null"));
    }
  }

  private void readEverything(ServerChild server) throws Exception {
    for (String thread : List.of("servers", "own")) {
      String path = "/v1/threads/" + thread;
      for (String part :
          List.of("", "/events?limit=200", "/messages", "/state", "/observations?limit=200")) {
        send(server, "GET", path + part, "");
      }
      JsonNode head = JSON.readTree(send(server, "GET", path, "").body());
      follow(server, thread, head.path("seq").asLong());
      socket(server, thread, head.path("seq").asLong());
      send(server, "GET", "/v1/monitor/threads/" + thread, "");
      JsonNode runs = JSON.readTree(send(server, "GET", "/v1/runs?threadId=" + thread, "").body());
      for (JsonNode run : runs.path("items")) {
        String one = path + "/runs/" + run.path("runId").asText();
        send(server, "GET", one, "");
        send(server, "GET", one + "/explain", "");
      }
    }
    for (String path :
        List.of(
            "threads",
            "runs",
            "pool",
            "load",
            "providers",
            "alerts",
            "monitor/threads",
            "tools",
            "version")) {
      send(server, "GET", "/v1/" + path, "");
    }
    for (String path : List.of("/metrics", "/health/ready", "/health/live", "/")) {
      keep("management " + path, request(server.managementUri(path)).build());
    }
  }

  /// The event stream, from the first fact to the last.
  private void follow(ServerChild server, String thread, long last) throws Exception {
    HttpRequest request =
        request(server.uri("/v1/threads/" + thread + "/events?follow=true&after=0")).build();
    StringBuilder heard = new StringBuilder();
    try (Stream<String> lines = client.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      boolean lastOne = false;
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        String line = each.next();
        heard.append(line).append('\n');
        lastOne |= line.equals("id: " + last);
        if (lastOne && line.isEmpty()) {
          break;
        }
      }
    }
    said.put("SSE of " + thread, heard.toString());
  }

  private void socket(ServerChild server, String thread, long last) throws Exception {
    StringBuilder heard = new StringBuilder();
    CompletableFuture<String> all = new CompletableFuture<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean whole) {
            heard.append(text);
            if (heard.indexOf("\"seq\":" + last + ",") >= 0) {
              all.complete("heard");
            }
            socket.request(1);
            return CompletableFuture.completedFuture("read");
          }
        };
    URI uri = URI.create(server.uri("/v1/ws").toString().replace("http:", "ws:"));
    WebSocket socket = client.newWebSocketBuilder().buildAsync(uri, listener).join();
    socket
        .sendText(
            "{\"type\":\"subscribe\",\"id\":1,\"threadId\":\"" + thread + "\",\"after\":0}", true)
        .join();
    all.get(20, TimeUnit.SECONDS);
    socket.abort();
    said.put("WebSocket of " + thread, heard.toString());
  }

  private HttpResponse<String> send(
      ServerChild server, String method, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request = request(server.uri(path));
    List<String> all = new ArrayList<>(List.of(headers));
    if (!body.isEmpty() && !all.contains("Content-Type")) {
      all.addAll(List.of("Content-Type", "application/json"));
    }
    if (!all.isEmpty()) {
      request.headers(all.toArray(String[]::new));
    }
    request.method(
        method,
        body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    return keep(said.size() + " " + method + " " + path, request.build());
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> keep(String place, HttpRequest request) throws Exception {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    said.put(place, answer.headers().map() + "\n" + answer.body());
    return answer;
  }

  /// All files of a directory, one character per byte.
  private static String bytes(Path directory) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }
}
