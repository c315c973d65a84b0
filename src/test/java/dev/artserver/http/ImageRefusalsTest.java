package dev.artserver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.artserver.http.exchange.JsonText;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What images of messages may be, with the limits of `ApiUnderTest`: 600 bytes each, 1,000
/// together, 3 of them.
class ImageRefusalsTest {
  private static final ApiUnderTest server = new ApiUnderTest();
  private static final String RIFF = "RIFF....WEBP";

  @BeforeAll
  static void create() {
    server.threads.create("t-1");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Stream<List<String>> wrong() {
    return Stream.of(
        List.of("{\"type\":\"video\"}", "/0/type", "must be one of text, image, got 'video'"),
        List.of("{\"text\":\"a\"}", "/0/type", "must be one of text, image"),
        List.of("7", "/0", "must be an object"),
        List.of("{\"type\":\"text\",\"text\":\"\"}", "/0/text", "at least 1 characters"),
        List.of("{\"type\":\"text\"}", "/0/text", "is required"),
        List.of("{\"type\":\"text\",\"text\":\"a\",\"url\":\"b\"}", "/0/url", "is unknown"),
        List.of("{\"type\":\"image\"}", "/0", "must have either data or url, got 'none'"),
        List.of(
            "{\"type\":\"image\",\"mediaType\":\"image/png\",\"data\":\"AAAA\",\"url\":\"http://a\"}",
            "/0",
            "must have either data or url, got 'both'"),
        List.of("{\"type\":\"image\",\"data\":\"AAAA\"}", "/0/mediaType", "is required"),
        List.of(
            Images.part("image/tiff", "AAAA"),
            "/0/mediaType",
            "must be one of image/png, image/jpeg, image/gif, image/webp, got 'image/tiff'"),
        List.of(Images.part("image/png", ""), "/0/data", "must be padded base64"),
        List.of(Images.part("image/png", "iVBORw0KGgo"), "/0/data", "got 'iVBORw0KGgo'"),
        List.of(Images.part("image/png", "iVBORw0KGg_="), "/0/data", "must be padded base64"),
        List.of(Images.part("image/png", "iVBO=w0KGgo="), "/0/data", "must be padded base64"),
        List.of(
            Images.part("image/png", "*".repeat(4_000)),
            "/0/data",
            "got '" + "*".repeat(119) + "…'"),
        List.of(Images.pngPart(601), "/0/data", "must have at most 600 bytes, got '601'"),
        List.of(
            Images.part("image/jpeg", Images.png(9)),
            "/0/mediaType",
            "must be that of data, which begins like image/png, got 'image/jpeg'"),
        List.of(
            Images.part("image/png", "AAAA"),
            "/0/mediaType",
            "must be that of data, which begins like no image of a known type"),
        List.of(Images.part("image/webp", Images.data("RIFF....WAVE", 40)), "/0/mediaType", "no"),
        List.of(
            String.join(",", Images.pngPart(500), Images.pngPart(501)),
            "",
            "must have images of at most 1000 bytes together, got '1001'"),
        List.of(
            String.join(
                ",", java.util.Collections.nCopies(4, Images.linked("https://example.org/a.png"))),
            "",
            "must have at most 3 images"),
        List.of(Images.linked("ftp://example.org/a"), "/0/url", "must be an address of http"),
        List.of(Images.linked("data:image/png;base64,AAAA"), "/0/url", "must be an address"),
        List.of(Images.linked("https://"), "/0/url", "must be an address of http"),
        List.of(Images.linked("https://a/ b"), "/0/url", "must be an address of http"),
        List.of(
            Images.linked("https://example.org/" + "a".repeat(2_048)),
            "/0/url",
            "must have at most 2048 characters, got 'https://example.org/aaa"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void what_is_wrong_with_an_image_is_named_and_changes_nothing(List<String> wrong) {
    long before = seq();
    String parts = "[" + wrong.getFirst() + "]";

    var run = server.post("/v1/threads/t-1/runs", "{\"query\":" + parts + "}");
    var message =
        server.post(
            "/v1/threads/t-1/messages",
            "{\"messages\":[{\"role\":\"user\",\"content\":" + parts + "}]}");

    assertRefused(run, "/query" + wrong.get(1), wrong.get(2));
    assertRefused(message, "/messages/0/content" + wrong.get(1), wrong.get(2));
    assertThat(seq()).isEqualTo(before);
  }

  private static long seq() {
    return server.get("/v1/threads/t-1").json().get("seq").asLong();
  }

  private static void assertRefused(ApiUnderTest.Reply reply, String pointer, String rule) {
    assertThat(reply.status()).as(reply.json().toString()).isEqualTo(400);
    JsonNode json = reply.json();
    assertThat(json.at("/errors/0/pointer").asText()).isEqualTo(pointer);
    assertThat(json.get("detail").asText()).contains(pointer + " ").contains(rule);
    assertThat(json.get("detail").asText().length()).isLessThan(400);
  }

  @Test
  void images_of_every_sort_are_taken_as_they_came() {
    String parts =
        "["
            + String.join(
                ",",
                "{\"type\":\"text\",\"text\":\"One\"}",
                Images.part("image/jpeg", Images.data("\u00ff\u00d8\u00ff", 3)),
                Images.part("image/webp", Images.data(RIFF, 500)),
                "{\"type\":\"text\",\"text\":\"Two\"}",
                "{\"type\":\"image\",\"url\":\"https://example.org/a.gif\",\"mediaType\":\"image/gif\"}")
            + "]";

    var added =
        server.post(
            "/v1/threads/t-1/messages",
            "{\"messages\":[{\"role\":\"user\",\"content\":" + parts + "}]}");

    assertThat(added.status()).as(added.json().toString()).isEqualTo(201);
    JsonNode kept = server.get("/v1/threads/t-1/messages?limit=1").json().at("/items/0/content");
    assertThat(order(kept)).isEqualTo(order(JsonText.read(parts.getBytes(UTF_8))));
  }

  /// Whatever the order of an object's members.
  private static String order(JsonNode parts) {
    StringBuilder text = new StringBuilder();
    parts.forEach(part -> {
      part.properties().stream()
          .map(member -> member.getKey() + "=" + member.getValue().asText() + " ")
          .sorted()
          .forEach(text::append);
      text.append('\n');
    });
    return text.toString();
  }

  @Test
  void a_list_of_one_text_is_that_text() {
    server.post(
        "/v1/threads/t-1/messages",
        "{\"messages\":[{\"role\":\"ai\",\"content\":[{\"type\":\"text\",\"text\":\"Hi\"}]}]}");

    JsonNode kept = server.get("/v1/threads/t-1/messages?limit=1").json().at("/items/0/content");
    assertThat(kept.textValue()).isEqualTo("Hi");
  }

  @Test
  void only_users_show_images() {
    for (String role : List.of("ai", "system", "tool")) {
      var reply =
          server.post(
              "/v1/threads/t-1/messages",
              "{\"messages\":[{\"role\":\""
                  + role
                  + "\",\"content\":["
                  + Images.pngPart(9)
                  + "]}]}");

      assertThat(reply.status()).isEqualTo(400);
      assertThat(reply.json().get("detail").asText())
          .isEqualTo(
              "/messages/0/content may hold images only with the role user, got '" + role + "'");
    }
  }
}
