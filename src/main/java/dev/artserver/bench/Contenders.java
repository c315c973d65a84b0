package dev.artserver.bench;

import dev.artserver.bench.figure.Report;
import dev.artserver.bench.load.SocketRuns;
import dev.artserver.bench.load.Target;
import dev.artserver.bench.load.Work;
import dev.artserver.bench.peer.Script;
import dev.artserver.bench.process.Child;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Those who do one workload's runs, in the order they are measured in.
///
/// @param server the measured one
/// @param tokens the server streams in one run, of all its model calls
/// @param over which way the server is asked; the baselines always stream
/// @param sockets numbers the threads of runs over WebSockets
record Contenders(
    Stage stage, Child server, int tokens, BenchPlan.Over over, AtomicInteger sockets) {
  private static final String COMPLETIONS = "/v1/chat/completions";

  List<Contender> asked(Script script) {
    // The baselines neither plan nor call tools.
    Script plain = Script.of(script.tokens(), script.seed()).timed(script.first(), script.gap());
    Child proxy = stage.proxy();
    Child least = stage.least();
    return List.of(
        new Contender(Contender.DIRECT, null, completion(stage.providerPort(), plain)),
        new Contender("proxy", proxy, completion(proxy.port(), plain)),
        new Contender("least", least, leastRun(least.port(), plain)),
        new Contender(Report.SERVER, server, run(script)));
  }

  /// The server alone, asked over SSE.
  ///
  /// @param turns threads that the runs are made on in turn
  /// @param count of these threads
  static Contender server(Threads turns, int count, Script script) {
    Child server = turns.server();
    String body = new JsonObject().put("query", query(script)).encode();
    Target runs =
        new Target(
            server.port(),
            number -> Threads.path(turns.prefix(), number % count) + "/runs",
            true,
            body,
            script.tokens(),
            script.tokens());
    return new Contender(Report.SERVER, server, runs);
  }

  private static Target completion(int port, Script script) {
    JsonObject message = new JsonObject().put("role", "user").put("content", query(script));
    JsonObject body =
        new JsonObject()
            .put("model", "scripted-1")
            .put("stream", true)
            .put("messages", new JsonArray().add(message));
    return new Target(
        port, number -> COMPLETIONS, true, body.encode(), script.tokens(), script.tokens());
  }

  private static Target leastRun(int port, Script script) {
    String body = new JsonObject().put("query", query(script)).encode();
    return new Target(port, number -> "/runs", true, body, script.tokens(), script.tokens());
  }

  private Work run(Script script) {
    if (over == BenchPlan.Over.WEBSOCKET) {
      return new SocketRuns(server.port(), query(script), sockets, tokens, script.tokens());
    }
    String body = new JsonObject().put("query", query(script)).encode();
    boolean events = over == BenchPlan.Over.SSE;
    return new Target(server.port(), number -> "/v1/runs", events, body, tokens, script.tokens());
  }

  static String query(Script script) {
    return "Measure this. " + script.text();
  }
}
