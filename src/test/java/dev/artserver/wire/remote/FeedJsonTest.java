package dev.artserver.wire.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Fact;
import dev.artserver.model.FailureException;
import dev.artserver.model.Phase;
import dev.artserver.model.RandomModel;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadEvent;
import dev.artserver.stream.FeedEnd;
import dev.artserver.stream.FeedPart;
import dev.artserver.stream.FollowRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FeedJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void a_part_arrives_as_the_same_part() {
    for (long seed = 0; seed < 500; seed++) {
      FeedPart part = part(seed);

      assertThat(FeedJson.read(FeedJson.write(part))).as("seed %d", seed).isEqualTo(part);
    }
  }

  @Test
  void a_follow_request_arrives_as_the_same_request() {
    List<Class<? extends ThreadEvent>> kinds = List.copyOf(ThreadEvent.kinds(ThreadEvent.class));
    for (long seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      FollowRequest request =
          new FollowRequest(
              random.nextLong(99),
              random.nextBoolean(),
              random.nextBoolean() ? Set.of() : Set.of(kinds.get(random.nextInt(kinds.size()))),
              random.nextBoolean() ? new RunId("r1") : null);

      assertThat(FollowJson.read(FollowJson.write(request))).as("seed %d", seed).isEqualTo(request);
    }
  }

  @Test
  void each_kind_of_event_can_be_asked_for() {
    Set<Class<? extends ThreadEvent>> all = ThreadEvent.kinds(ThreadEvent.class);
    FollowRequest request = new FollowRequest(0, true, all, null);

    assertThat(FollowJson.read(FollowJson.write(request)).types()).isEqualTo(all);
  }

  @Test
  void the_json_is_what_other_instances_know() throws IOException {
    for (String line : CommandJsonTest.lines("feed.jsonl")) {
      FeedPart part = FeedJson.read(line.getBytes(UTF_8));

      assertThat(new String(FeedJson.write(part), UTF_8)).isEqualTo(line);
    }
    for (String line : CommandJsonTest.lines("follow.jsonl")) {
      FollowRequest request = FollowJson.read((ObjectNode) JSON.readTree(line));

      assertThat(FollowJson.write(request).toString()).isEqualTo(line);
    }
  }

  @Test
  void a_fact_of_a_newer_instance_is_passed_on_as_it_is() {
    String newer =
        "{\"v\":1,\"items\":[{\"fact\":{\"seq\":3,\"stateVersion\":1,"
            + "\"at\":\"2026-01-01T00:00:00.000Z\",\"type\":\"run.dreamt\",\"schema\":7,"
            + "\"data\":{\"runId\":\"r1\",\"of\":[\"sheep\"]}}}]}";

    FeedPart part = FeedJson.read(newer.getBytes(UTF_8));

    assertThat(part.items().getFirst())
        .isInstanceOfSatisfying(
            FeedPart.FactItem.class,
            item -> assertThat(item.fact().event()).isInstanceOf(ThreadEvent.Unknown.class));
    assertThat(new String(FeedJson.write(part), UTF_8)).isEqualTo(newer);
  }

  @Test
  void an_item_or_version_that_is_not_known_is_refused_by_name() {
    for (String newer : List.of("{\"items\":[{\"smell\":{}}]}", "{\"v\":99,\"items\":[]}")) {
      assertThatThrownBy(() -> FeedJson.read(newer.getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              FailureException.class,
              refused -> assertThat(refused.failure().code()).isEqualTo("TOO_NEW"));
    }
  }

  @Test
  void kinds_that_are_not_known_ask_for_facts_that_are_not_understood() throws IOException {
    FollowRequest request =
        FollowJson.read((ObjectNode) JSON.readTree("{\"kinds\":[\"run.dreamt\"]}"));

    assertThat(request)
        .isEqualTo(new FollowRequest(0, false, Set.of(ThreadEvent.Unknown.class), null));
  }

  @Test
  void an_end_that_is_not_known_asks_to_come_back() {
    for (FeedEnd end : FeedEnd.values()) {
      assertThat(FeedJson.end(FeedJson.end(end))).isEqualTo(end);
    }
    assertThat(FeedJson.end("bored")).isEqualTo(FeedEnd.MOVED);
  }

  private static FeedPart part(long seed) {
    Random random = new Random(seed);
    List<FeedPart.Item> items = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      Fact fact = new RandomModel(seed + i).fact(i);
      items.add(
          random.nextBoolean()
              ? new FeedPart.FactItem(fact)
              : new FeedPart.TokenItem(
                  new RunId("r1"),
                  "c\"1",
                  Phase.EXECUTION,
                  random.nextBoolean() ? "s1" : null,
                  random.nextBoolean(),
                  random.nextInt(99),
                  "žluť 🐎 \u2028 " + Instant.EPOCH));
    }
    return new FeedPart(items);
  }
}
