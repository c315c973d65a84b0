package dev.artserver.wire;

import dev.artserver.model.ExecutionOptions;
import dev.artserver.model.OnBusy;
import dev.artserver.model.Persona;
import dev.artserver.model.Phase;
import dev.artserver.model.Priority;
import dev.artserver.model.ProviderChoice;
import dev.artserver.model.RunFailure;
import dev.artserver.model.RunOptions;
import dev.artserver.model.RunRequest;
import dev.artserver.model.RunSummary;
import dev.artserver.model.SystemPrompt;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// JSON of a run's request, summary and failure.
public final class RunJson {
  private RunJson() {}

  public static void request(Fields out, RunRequest request) throws IOException {
    ContentJson.write(out, "query", request.query(), request.parts());
    out.word("priority", request.priority());
    out.word("onBusy", request.onBusy());
    if (!request.options().equals(RunOptions.NONE)) {
      out.object("options", request.options(), RunJson::options);
    }
    out.millis("timeoutMs", request.timeout());
    out.text("traceId", request.traceId());
    if (request.preemptionAllowed()) {
      out.flag("preemptionAllowed", true);
    }
  }

  public static RunRequest request(Members in) {
    RunOptions options = in.objectOrNull("options", RunJson::options);
    ContentJson.Content query = ContentJson.read(in, "query");
    return new RunRequest(
        query.text(),
        query.parts(),
        in.word(Priority.class, "priority"),
        in.wordOrNull(OnBusy.class, "onBusy"),
        options == null ? RunOptions.NONE : options,
        in.millis("timeoutMs"),
        in.text("traceId"),
        in.node().path("preemptionAllowed").asBoolean());
  }

  private static void options(Fields out, RunOptions options) throws IOException {
    ProviderChoice provider = options.provider();
    SystemPrompt prompt = options.systemPrompt();
    Persona persona = options.persona();
    ExecutionOptions execution = options.execution();
    out.tree("provider", provider == null ? null : ConfigJson.provider(provider));
    out.tree("systemPrompt", prompt == null ? null : ConfigJson.systemPrompt(prompt));
    out.tree("persona", persona == null ? null : ConfigJson.persona(persona));
    out.tree("execution", execution == null ? null : ConfigJson.executionOptions(execution));
    out.tree("llmParams", options.llmParams());
  }

  private static RunOptions options(Members in) {
    return new RunOptions(
        in.objectOrNull("provider", ConfigJson::provider),
        ConfigJson.systemPrompt(in),
        in.objectOrNull("persona", ConfigJson::persona),
        in.objectOrNull("execution", ConfigJson::executionOptions),
        in.objectOrNull("llmParams"));
  }

  static void summary(Fields out, RunSummary summary) throws IOException {
    out.millis("totalDurationMs", summary.total());
    out.millis("queuedMs", summary.queued());
    out.number("llmCalls", summary.llmCalls());
    out.number("toolCalls", summary.toolCalls());
    out.object("usage", summary.usage(), AgentJson::usage);
    out.flag("partial", summary.partial());
  }

  static RunSummary summary(Members in) {
    return new RunSummary(
        in.millis("totalDurationMs"),
        in.millis("queuedMs"),
        in.small("llmCalls"),
        in.small("toolCalls"),
        in.object("usage", AgentJson::usage),
        in.flag("partial"));
  }

  static void failure(Fields out, RunFailure failure) throws IOException {
    out.text("code", failure.code());
    out.text("message", failure.message());
    out.word("phase", failure.phase());
    out.text("step", failure.step());
  }

  static RunFailure failure(Members in) {
    @Nullable Phase phase = in.wordOrNull(Phase.class, "phase");
    return new RunFailure(in.text("code"), in.text("message"), phase, in.textOrNull("step"));
  }
}
