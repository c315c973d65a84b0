package dev.artserver.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.StateChange.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateChangesTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /// A document that copies itself grows by thousands of levels with each operation; code that
  /// walks such a document would run out of stack, and take others with it.
  @Test
  void no_change_nests_the_document_deeper_than_is_written_for_clients() {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    ObjectNode deepest = nested(StateChanges.DEPTH_MAX);
    ObjectNode deeper = nested(StateChanges.DEPTH_MAX + 1);
    String path = "/a".repeat(2_047);
    List<StateChange> tooDeep =
        List.of(
            new StateChange.Replace(deeper),
            new StateChange.MergePatch(deeper),
            new StateChange.Batch(List.of(new Operation.Put(path, nodes.numberNode(1)))),
            new StateChange.Batch(List.of(new Operation.Put("/a", deepest))),
            new StateChange.Batch(List.of(new Operation.Merge(path, nodes.objectNode()))),
            new StateChange.Batch(List.of(new Operation.UpdateStepOutput("step", deepest))),
            new StateChange.JsonPatch(patch("add", "/b", deepest)),
            new StateChange.JsonPatch(
                patch("add", "/b", nested(300)).add(copy("/b", "/b" + "/a".repeat(299)))));

    assertThat(StateChanges.apply(nodes.objectNode(), new StateChange.Replace(deepest)))
        .isEqualTo(deepest);
    for (StateChange change : tooDeep) {
      assertThatThrownBy(() -> StateChanges.apply(nodes.objectNode(), change))
          .as("%s", change.getClass())
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure().toString()).contains("at most 500 levels deep"));
    }
  }

  private static ObjectNode nested(int levels) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (int i = 1; i < levels; i++) {
      node = JsonNodeFactory.instance.objectNode().set("a", node);
    }
    return node;
  }

  private static ArrayNode patch(String op, String path, JsonNode value) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    patch.addObject().put("op", op).put("path", path).set("value", value);
    return patch;
  }

  private static ObjectNode copy(String from, String path) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("op", "copy")
        .put("from", from)
        .put("path", path);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        """
        {"a":"b"}         | {"a":"c"}                  | {"a":"c"}\
        """,
        """
        {"a":"b"}         | {"b":"c"}                  | {"a":"b","b":"c"}\
        """,
        """
        {"a":"b"}         | {"a":null}                 | {}\
        """,
        """
        {"a":"b","b":"c"} | {"a":null}                 | {"b":"c"}\
        """,
        """
        {"a":["b"]}       | {"a":"c"}                  | {"a":"c"}\
        """,
        """
        {"a":"c"}         | {"a":["b"]}                | {"a":["b"]}\
        """,
        """
        {"a":{"b":"c"}}   | {"a":{"b":"d","c":null}}   | {"a":{"b":"d"}}\
        """,
        """
        {"a":[{"b":"c"}]} | {"a":[1]}                  | {"a":[1]}\
        """,
        """
        ["a","b"]         | ["c","d"]                  | ["c","d"]\
        """,
        """
        {"a":"b"}         | ["c"]                      | ["c"]\
        """,
        """
        {"a":"foo"}       | null                       | null\
        """,
        """
        {"a":"foo"}       | "bar"                      | "bar\"\
        """,
        """
        {"e":null}        | {"a":1}                    | {"e":null,"a":1}\
        """,
        """
        [1,2]             | {"a":"b","c":null}         | {"a":"b"}\
        """,
        """
        {}                | {"a":{"bb":{"ccc":null}}}  | {"a":{"bb":{}}}\
        """
      })
  void merging_does_what_rfc_7396_appendix_a_says(String target, String patch, String result) {
    assertThat(StateChanges.merge(json(target), json(patch))).isEqualTo(json(result));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        """
        A.1  | {"foo":"bar"} | [{"op":"add","path":"/baz","value":"qux"}] \
        | {"baz":"qux","foo":"bar"}\
        """,
        """
        A.2  | {"foo":["bar","baz"]} | [{"op":"add","path":"/foo/1","value":"qux"}] \
        | {"foo":["bar","qux","baz"]}\
        """,
        """
        A.3  | {"baz":"qux","foo":"bar"} | [{"op":"remove","path":"/baz"}] | {"foo":"bar"}\
        """,
        """
        A.4  | {"foo":["bar","qux","baz"]} | [{"op":"remove","path":"/foo/1"}] \
        | {"foo":["bar","baz"]}\
        """,
        """
        A.5  | {"baz":"qux","foo":"bar"} | [{"op":"replace","path":"/baz","value":"boo"}] \
        | {"baz":"boo","foo":"bar"}\
        """,
        """
        A.6  | {"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}} \
        | [{"op":"move","from":"/foo/waldo","path":"/qux/thud"}] \
        | {"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}\
        """,
        """
        A.7  | {"foo":["all","grass","cows","eat"]} \
        | [{"op":"move","from":"/foo/1","path":"/foo/3"}] \
        | {"foo":["all","cows","eat","grass"]}\
        """,
        """
        A.8  | {"baz":"qux","foo":["a",2,"c"]} \
        | [{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}] \
        | {"baz":"qux","foo":["a",2,"c"]}\
        """,
        """
        A.9  | {"baz":"qux"} | [{"op":"test","path":"/baz","value":"bar"}] | 422\
        """,
        """
        A.10 | {"foo":"bar"} | [{"op":"add","path":"/child","value":{"grandchild":{}}}] \
        | {"foo":"bar","child":{"grandchild":{}}}\
        """,
        """
        A.11 | {"foo":"bar"} | [{"op":"add","path":"/baz","value":"qux","xyz":123}] \
        | {"foo":"bar","baz":"qux"}\
        """,
        """
        A.12 | {"foo":"bar"} | [{"op":"add","path":"/baz/bat","value":"qux"}] | 422\
        """,
        """
        A.14 | {"/":9,"~1":10} | [{"op":"test","path":"/~01","value":10}] | {"/":9,"~1":10}\
        """,
        """
        A.15 | {"/":9,"~1":10} | [{"op":"test","path":"/~01","value":"10"}] | 422\
        """,
        """
        A.16 | {"foo":["bar"]} | [{"op":"add","path":"/foo/-","value":["abc","def"]}] \
        | {"foo":["bar",["abc","def"]]}\
        """,
        """
        copy | {"a":{"b":1}} \
        | [{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/d","value":2}] \
        | {"a":{"b":1},"c":{"b":1,"d":2}}\
        """,
        """
        remove what is not there | {"a":1} | [{"op":"remove","path":"/b"}] | 422\
        """,
        """
        replace what is not there | {"a":1} | [{"op":"replace","path":"/b","value":1}] | 422\
        """,
        """
        beyond the array | {"a":[]} | [{"op":"add","path":"/a/1","value":1}] | 422\
        """,
        """
        the whole document | {"a":1} | [{"op":"replace","path":"","value":{"b":2}}] | {"b":2}\
        """,
        """
        no object left | {"a":1} | [{"op":"replace","path":"","value":[]}] | 422\
        """,
        """
        unknown operation | {"a":1} | [{"op":"spam","path":"/a","value":1}] | 400\
        """,
        """
        no path | {"a":1} | [{"op":"add","value":1}] | 400\
        """,
        """
        no value | {"a":1} | [{"op":"add","path":"/b"}] | 400\
        """,
        """
        no pointer | {"a":1} | [{"op":"add","path":"b","value":1}] | 400\
        """,
        """
        no operation | {"a":1} | [7] | 400\
        """,
        """
        all or nothing | {"a":1} \
        | [{"op":"replace","path":"/a","value":2},{"op":"test","path":"/a","value":1}] | 422\
        """
      })
  void patching_does_what_rfc_6902_says(String name, String doc, String patch, String result) {
    assertThat(outcome(object(doc), new StateChange.JsonPatch((ArrayNode) json(patch))))
        .as(name)
        .isEqualTo(json(result));
  }

  @Test
  void a_batch_has_the_agents_operations() {
    ObjectNode data =
        object(
            """
            {"todoList":[{"id":"1","status":"pending"},{"id":"2","status":"pending"}],"mine":1}\
            """);

    ObjectNode next =
        StateChanges.apply(
            data,
            batch(
                new Operation.Put("/app/deep/x", json("1")),
                new Operation.Merge("/app", json("{\"y\":2,\"deep\":{\"z\":3}}")),
                new Operation.Remove("/mine"),
                new Operation.Remove("/not/there"),
                new Operation.UpdateTodoItem("2", object("{\"status\":\"completed\"}")),
                new Operation.UpdateStepOutput("2", json("\"done\"")),
                new Operation.SetCurrentStep("1")));

    assertThat(next)
        .isEqualTo(
            json(
                """
                {"todoList":[{"id":"1","status":"pending"},{"id":"2","status":"completed"}],
                 "app":{"deep":{"x":1,"z":3},"y":2},"stepOutputs":{"2":"done"},
                 "currentStepId":"1"}\
                """));
    assertThat(
            StateChanges.apply(next, batch(new Operation.SetCurrentStep(""))).has("currentStepId"))
        .isFalse();
  }

  @Test
  void a_batch_that_fails_says_at_which_operation_and_changes_nothing() {
    ObjectNode data = object("{\"a\":1}");

    JsonNode outcome =
        outcome(
            data,
            batch(
                new Operation.Put("/b", json("1")),
                new Operation.UpdateTodoItem("9", object("{}"))));

    assertThat(outcome).isEqualTo(json("422"));
    assertThat(data).isEqualTo(json("{\"a\":1}"));
  }

  @ParameterizedTest
  @CsvSource({"'',400", "a,400", "/a/b,422"})
  void a_path_that_is_no_place_in_the_document_is_refused(String path, String status) {
    assertThat(outcome(object("{\"a\":1}"), batch(new Operation.Put(path, json("1")))))
        .isEqualTo(json(status));
  }

  @Test
  void a_change_is_left_as_it_was_requested() {
    StateChange batch =
        batch(
            new Operation.Put("/a", object("{}")),
            new Operation.Put("/a/b", json("1")),
            new Operation.Merge("/m", object("{\"k\":{}}")),
            new Operation.Put("/m/k/l", json("1")),
            new Operation.UpdateStepOutput("s", object("{}")),
            new Operation.Put("/stepOutputs/s/x", json("1")));
    String before = batch.toString();
    ArrayNode patch =
        (ArrayNode)
            json(
                """
                [{"op":"add","path":"/a","value":{}},{"op":"add","path":"/a/b","value":1}]\
                """);
    ArrayNode patchBefore = patch.deepCopy();

    StateChanges.apply(object("{}"), batch);
    StateChanges.apply(object("{}"), new StateChange.JsonPatch(patch));

    assertThat(batch.toString()).isEqualTo(before);
    assertThat(patch).isEqualTo(patchBefore);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void any_change_gives_a_result_or_a_named_failure_and_changes_nothing_in_place(long seed) {
    RandomJson random = new RandomJson(new Random(seed));
    for (int i = 0; i < 1_000; i++) {
      ObjectNode data = random.object(3);
      StateChange change = random.change();
      ObjectNode dataBefore = data.deepCopy();
      String changeBefore = change.toString();

      JsonNode first = outcome(data, change);
      JsonNode second = outcome(dataBefore, change);

      String context = "seed " + seed + ", round " + i + ": " + changeBefore + " on " + dataBefore;
      assertThat(first).as(context).isEqualTo(second);
      assertThat(data).as(context).isEqualTo(dataBefore);
      assertThat(change.toString()).as(context).isEqualTo(changeBefore);
    }
  }

  private static JsonNode outcome(ObjectNode data, StateChange change) {
    try {
      return StateChanges.apply(data, change);
    } catch (FailureException e) {
      return JsonNodeFactory.instance.numberNode(e.failure().status());
    }
  }

  private static StateChange batch(Operation... operations) {
    return new StateChange.Batch(List.of(operations));
  }

  static ObjectNode object(String text) {
    return (ObjectNode) json(text);
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /// Small documents and changes that often fit each other.
  private record RandomJson(Random random) {
    private static final List<String> NAMES =
        List.of("a", "b", "todoList", "stepOutputs", "0", "1", "-", "id", "~1", "");
    private static final List<String> VERBS =
        List.of("add", "remove", "replace", "move", "copy", "test", "spam");

    StateChange change() {
      return switch (random.nextInt(3)) {
        case 0 -> new StateChange.MergePatch(object(3));
        case 1 -> new StateChange.JsonPatch(patch());
        default -> {
          List<Operation> operations = new ArrayList<>();
          for (int i = random.nextInt(4); i >= 0; i--) {
            operations.add(operation());
          }
          yield new StateChange.Batch(operations);
        }
      };
    }

    private Operation operation() {
      return switch (random.nextInt(6)) {
        case 0 -> new Operation.Put(path(), node(2));
        case 1 -> new Operation.Merge(path(), node(2));
        case 2 -> new Operation.Remove(path());
        case 3 -> new Operation.UpdateTodoItem(name(), object(2));
        case 4 -> new Operation.UpdateStepOutput(name(), node(2));
        default -> new Operation.SetCurrentStep(name());
      };
    }

    private ArrayNode patch() {
      ArrayNode patch = JsonNodeFactory.instance.arrayNode();
      for (int i = random.nextInt(4); i >= 0; i--) {
        ObjectNode operation = patch.addObject();
        operation.put("op", VERBS.get(random.nextInt(VERBS.size())));
        operation.put("path", path());
        if (random.nextInt(4) != 0) {
          operation.put("from", path());
        }
        if (random.nextInt(8) != 0) {
          operation.set("value", node(2));
        }
        if (random.nextInt(30) == 0) {
          patch.set(patch.size() - 1, node(2));
        }
      }
      return patch;
    }

    private String path() {
      StringBuilder path = new StringBuilder();
      for (int i = random.nextInt(4); i > 0; i--) {
        path.append('/').append(name().replace("~", "~0"));
      }
      return random.nextInt(20) == 0 ? path + "x~" : path.toString();
    }

    private String name() {
      return NAMES.get(random.nextInt(NAMES.size()));
    }

    ObjectNode object(int depth) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      for (int i = random.nextInt(4); i > 0; i--) {
        object.set(name(), node(depth - 1));
      }
      return object;
    }

    private JsonNode node(int depth) {
      JsonNodeFactory nodes = JsonNodeFactory.instance;
      return switch (random.nextInt(depth <= 0 ? 4 : 7)) {
        case 0 -> nodes.numberNode(random.nextInt(3));
        case 1 -> nodes.textNode(name());
        case 2 -> nodes.nullNode();
        case 3 -> nodes.booleanNode(random.nextBoolean());
        case 4 -> nodes.arrayNode().add(node(depth - 1)).add(node(depth - 1));
        default -> object(depth);
      };
    }
  }
}
