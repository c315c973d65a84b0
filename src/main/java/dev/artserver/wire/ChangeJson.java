package dev.artserver.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.artserver.model.StateChange;
import dev.artserver.model.StateChange.Operation;
import java.io.IOException;

/// JSON of changes of the state document, in the API's own words.
public final class ChangeJson {
  private ChangeJson() {}

  public static void write(Fields out, StateChange change) throws IOException {
    switch (change) {
      case StateChange.Replace replace -> {
        out.text("kind", "replace");
        out.tree("data", replace.data());
      }
      case StateChange.MergePatch merge -> {
        out.text("kind", "mergePatch");
        out.tree("patch", merge.patch());
      }
      case StateChange.JsonPatch patch -> {
        out.text("kind", "jsonPatch");
        out.tree("patch", patch.patch());
      }
      case StateChange.Batch batch -> {
        out.text("kind", "batch");
        out.objects("operations", batch.operations(), ChangeJson::operation);
      }
    }
  }

  public static StateChange read(Members in) {
    String kind = in.text("kind");
    return switch (kind) {
      case "replace" -> new StateChange.Replace(in.object("data"));
      case "mergePatch" -> new StateChange.MergePatch(in.object("patch"));
      case "jsonPatch" -> new StateChange.JsonPatch((ArrayNode) in.tree("patch"));
      case "batch" -> new StateChange.Batch(in.objects("operations", ChangeJson::operation));
      default -> throw new IllegalArgumentException("unknown change '" + kind + "'");
    };
  }

  private static void operation(Fields out, Operation operation) throws IOException {
    switch (operation) {
      case Operation.Put put -> {
        out.text("op", "set");
        out.text("path", put.path());
        out.tree("value", put.value());
      }
      case Operation.Merge merge -> {
        out.text("op", "merge");
        out.text("path", merge.path());
        out.tree("value", merge.value());
      }
      case Operation.Remove remove -> {
        out.text("op", "remove");
        out.text("path", remove.path());
      }
      case Operation.UpdateTodoItem update -> {
        out.text("op", "updateTodoItem");
        out.text("itemId", update.itemId());
        out.tree("changes", update.changes());
      }
      case Operation.UpdateStepOutput update -> {
        out.text("op", "updateStepOutput");
        out.text("stepId", update.stepId());
        out.tree("output", update.output());
      }
      case Operation.SetCurrentStep set -> {
        out.text("op", "setCurrentStep");
        out.text("stepId", set.stepId());
      }
    }
  }

  private static Operation operation(Members in) {
    String op = in.text("op");
    return switch (op) {
      case "set" -> new Operation.Put(in.text("path"), in.tree("value"));
      case "merge" -> new Operation.Merge(in.text("path"), in.tree("value"));
      case "remove" -> new Operation.Remove(in.text("path"));
      case "updateTodoItem" ->
          new Operation.UpdateTodoItem(in.text("itemId"), in.object("changes"));
      case "updateStepOutput" ->
          new Operation.UpdateStepOutput(in.text("stepId"), in.tree("output"));
      case "setCurrentStep" -> new Operation.SetCurrentStep(in.text("stepId"));
      default -> throw new IllegalArgumentException("unknown operation '" + op + "'");
    };
  }
}
