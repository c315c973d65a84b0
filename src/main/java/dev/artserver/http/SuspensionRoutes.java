package dev.artserver.http;

import dev.artserver.http.exchange.ApiExchange;
import dev.artserver.http.exchange.OperationHandler;
import dev.artserver.http.query.RunReader;
import dev.artserver.http.query.Suspensions;
import dev.artserver.model.OperationKey;
import dev.artserver.model.Question;
import dev.artserver.model.RunId;
import dev.artserver.model.ThreadId;
import dev.artserver.model.ThreadQuery;
import dev.artserver.model.ThreadStatus;
import dev.artserver.thread.ThreadCommand;
import dev.artserver.thread.Threads;
import dev.artserver.wire.ResumeRequest;
import dev.artserver.wire.RunView;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Shows what suspended runs ask, and takes the answers.
final class SuspensionRoutes {
  private final Threads threads;
  private final Suspensions suspensions;
  private final PageLimits limits;

  SuspensionRoutes(Api api) {
    threads = api.threads();
    suspensions = new Suspensions(threads, new RunReader(threads));
    limits = PageLimits.of(api.config());
  }

  void addTo(Map<String, OperationHandler> endpoints) {
    endpoints.put("resumeRun", this::resume);
    endpoints.put("getSuspension", this::get);
    endpoints.put("listSuspensions", this::list);
  }

  private Future<?> resume(ApiExchange exchange) {
    ThreadId thread = exchange.thread();
    RunId run = exchange.run();
    OperationKey operation =
        exchange.operation(
            "run.resume", thread, () -> ResumeRequest.asked(exchange.object(), run.value()));
    ResumeRequest asked = ResumeRequest.read(exchange.object());
    return threads
        .ask(
            new ThreadCommand.ResumeRun(
                thread, exchange.caller(), run, asked.suspensionId(), asked.answers(), operation))
        .compose(resumed -> exchange.answer(200, RunView.resumed(thread, resumed)));
  }

  private Future<?> get(ApiExchange exchange) {
    return suspensions
        .of(exchange.thread())
        .compose(found ->
            found.isPresent() ? exchange.answer(200, found.get()) : exchange.answerEmpty(204));
  }

  private Future<?> list(ApiExchange exchange) {
    String user = exchange.text("userId");
    String tool = exchange.text("tool");
    String risk = exchange.text("risk");
    ThreadQuery query =
        new ThreadQuery(
            ThreadStatus.SUSPENDED,
            user == null ? Map.of() : Map.of("userId", user),
            limits.of(exchange),
            exchange.text("cursor"));
    return suspensions
        .page(query, question -> isWanted(question, tool, risk))
        .compose(page -> exchange.answer(200, page));
  }

  private static boolean isWanted(Question question, @Nullable String tool, @Nullable String risk) {
    return (tool == null || question.call().toolName().equals(tool))
        && (risk == null || question.risk().name().equalsIgnoreCase(risk));
  }
}
