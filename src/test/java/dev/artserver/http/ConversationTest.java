package dev.artserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.artserver.model.Message;
import dev.artserver.model.Phase;
import dev.artserver.model.Plan;
import dev.artserver.model.Role;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.model.ThreadId;
import dev.artserver.model.TodoItem;
import dev.artserver.model.TodoStatus;
import dev.artserver.model.ToolCall;
import dev.artserver.model.ToolResult;
import dev.artserver.model.Usage;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private static final ApiUnderTest server = new ApiUnderTest();
  private static final RunId R1 = new RunId("r_1");
  private static final RunId R2 = new RunId("r_2");

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void say(String thread, Role role, String text, @Nullable RunId run) {
    server.threads.append(
        new ThreadId(thread),
        new ThreadEvent.MessageAdded(
            new Message("m_" + text, role, text, FakeThreads.NOW, run, null)));
  }

  private static List<String> contents(ApiUnderTest.Reply reply) {
    return StreamSupport.stream(reply.json().get("items").spliterator(), false)
        .map(item -> item.get("content").asText())
        .toList();
  }

  private static String next(ApiUnderTest.Reply reply) {
    return reply.json().path("nextCursor").asText();
  }

  @Test
  void the_last_messages_come_first_and_the_cursor_goes_back() {
    server.threads.create("c-1");
    for (String text : List.of("one", "two", "three", "four", "five")) {
      say("c-1", Role.USER, text, null);
    }

    var last = server.get("/v1/threads/c-1/messages?limit=2");
    var before = server.get("/v1/threads/c-1/messages?limit=2&before=" + next(last));
    var first = server.get("/v1/threads/c-1/messages?limit=2&before=" + next(before));

    assertThat(contents(last)).containsExactly("four", "five");
    assertThat(contents(before)).containsExactly("two", "three");
    assertThat(contents(first)).containsExactly("one");
    assertThat(next(first)).isEmpty();
  }

  @Test
  void after_a_cursor_messages_come_in_order() {
    server.threads.create("c-2");
    for (String text : List.of("one", "two", "three")) {
      say("c-2", Role.USER, text, null);
    }

    var first = server.get("/v1/threads/c-2/messages?after=0&limit=2");
    var rest = server.get("/v1/threads/c-2/messages?limit=2&after=" + next(first));

    assertThat(contents(first)).containsExactly("one", "two");
    assertThat(contents(rest)).containsExactly("three");
    assertThat(next(rest)).isEmpty();
  }

  @Test
  void what_a_rolled_back_run_said_is_not_shown() {
    server.threads.create("c-3");
    say("c-3", Role.USER, "kept", null);
    say("c-3", Role.USER, "undone question", R1);
    say("c-3", Role.AI, "undone answer", R1);
    server.threads.append(
        new ThreadId("c-3"), new ThreadEvent.RunInterrupted(R1, R2, true, FakeThreads.SUMMARY));
    say("c-3", Role.USER, "new question", R2);

    var last = server.get("/v1/threads/c-3/messages?limit=2");
    var forward = server.get("/v1/threads/c-3/messages?after=0");

    assertThat(contents(last)).containsExactly("kept", "new question");
    assertThat(next(last)).isEmpty();
    assertThat(contents(forward)).containsExactly("kept", "new question");
  }

  @Test
  void what_an_interrupted_run_said_stays() {
    server.threads.create("c-4");
    say("c-4", Role.USER, "question", R1);
    server.threads.append(
        new ThreadId("c-4"), new ThreadEvent.RunInterrupted(R1, R2, false, FakeThreads.SUMMARY));

    assertThat(contents(server.get("/v1/threads/c-4/messages"))).containsExactly("question");
  }

  @Test
  void roles_are_chosen_and_pages_still_fill() {
    server.threads.create("c-5");
    for (int i = 0; i < 6; i++) {
      say("c-5", i % 3 == 0 ? Role.AI : Role.USER, "m" + i, null);
    }

    var page = server.get("/v1/threads/c-5/messages?roles=ai,system&limit=2");

    assertThat(contents(page)).containsExactly("m0", "m3");
    assertThat(server.get("/v1/threads/c-5/messages?roles=nobody").status()).isEqualTo(400);
  }

  @Test
  void messages_are_added_without_a_run() {
    server.threads.create("c-6");

    var added =
        server.post(
            "/v1/threads/c-6/messages",
            """
            {"messages":[{"role":"system","content":"Be kind.","metadata":{"by":"ops"}},
                         {"role":"user","content":""}]}\
            """);

    assertThat(added.status()).isEqualTo(201);
    assertThat(contents(added)).containsExactly("Be kind.", "");
    assertThat(contents(server.get("/v1/threads/c-6/messages"))).containsExactly("Be kind.", "");
  }

  private static void tell(ThreadId thread, ThreadEvent... events) {
    for (ThreadEvent event : events) {
      server.threads.append(thread, event);
    }
  }

  private static ThreadId observed(String name) {
    ThreadId thread = new ThreadId(name);
    TodoItem item =
        new TodoItem("s1", "look", TodoStatus.COMPLETED, List.of(), List.of(), null, "seen");
    ToolCall call = new ToolCall("c_2", "calculator", "{}");
    server.threads.create(name);
    tell(
        thread,
        new ThreadEvent.ModelCallStarted(R1, "c_1", Phase.PLANNING, null, "demo", "demo-1"),
        new ThreadEvent.Thoughts(R1, "c_1", Phase.PLANNING, null, "hm"),
        new ThreadEvent.ModelCallEnded(
            R1, "c_1", Phase.PLANNING, null, "…", List.of(), new Usage(1, 2, 3), "stop", 9, 4),
        new ThreadEvent.PlanUpdated(R1, new Plan("intent", "title", "plan", List.of(item))),
        new ThreadEvent.ToolStarted(R1, call, "s1"),
        new ThreadEvent.ToolEnded(R1, ToolResult.success(call, TextNode.valueOf("4"), 1), "s1"),
        new ThreadEvent.ItemUpdated(R1, item),
        new ThreadEvent.RunPhase(R1, Phase.SYNTHESIS, null));
    say(name, Role.AI, "answer", R1);
    tell(
        thread,
        new ThreadEvent.RunFailed(
            R2, new RunFailure("RUN_TIMEOUT", "late", null, null), FakeThreads.SUMMARY));
    return thread;
  }

  @Test
  void observations_give_the_facts_in_arts_terms() {
    observed("o-1");

    JsonNode items = server.get("/v1/threads/o-1/observations").json().get("items");

    assertThat(items.findValuesAsText("type"))
        .containsExactly(
            "LLM_STREAM_START",
            "THOUGHTS",
            "LLM_STREAM_METADATA",
            "LLM_STREAM_END",
            "INTENT",
            "TITLE",
            "PLAN",
            "PLAN_UPDATE",
            "TOOL_CALL",
            "TOOL_EXECUTION",
            "ITEM_STATUS_CHANGE",
            "SYNTHESIS",
            "FINAL_RESPONSE",
            "ERROR");
    assertThat(items.get(10).toString())
        .isEqualTo(
            "{\"id\":\"o_8_ITEM_STATUS_CHANGE\",\"threadId\":\"o-1\",\"runId\":\"r_1\",\"seq\":8,"
                + "\"timestamp\":\"2026-01-01T00:00:00.123Z\",\"type\":\"ITEM_STATUS_CHANGE\","
                + "\"title\":\"ITEM_STATUS_CHANGE Recorded\",\"content\":{\"itemId\":\"s1\","
                + "\"status\":\"completed\",\"stepOutput\":\"seen\"},\"parentId\":\"s1\"}");
  }

  @Test
  void observations_are_filtered_by_type_and_run_and_paged() {
    observed("o-2");

    var two = server.get("/v1/threads/o-2/observations?types=TOOL_CALL,ERROR");
    var ofRun = server.get("/v1/threads/o-2/observations?runId=r_2");
    var page = server.get("/v1/threads/o-2/observations?limit=5");
    var rest = server.get("/v1/threads/o-2/observations?after=" + next(page));

    assertThat(two.json().findValuesAsText("type")).containsExactly("TOOL_CALL", "ERROR");
    assertThat(ofRun.json().findValuesAsText("type")).containsExactly("ERROR");
    assertThat(page.json().get("items")).hasSize(8);
    assertThat(rest.json().get("items")).hasSize(6);
  }
}
