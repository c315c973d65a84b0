package dev.artserver.app.server;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A started server, as commands see it: its calls wait.
public final class RunningServer {
  /// A store that must first read what a crash left may take its time.
  private static final Duration START_MAX = Duration.ofMinutes(5);

  /// For closing what is left once the work's own grace is over.
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

  private final ServerProcess server;
  private final ServerProcess.Listening listening;

  private RunningServer(ServerProcess server, ServerProcess.Listening listening) {
    this.server = server;
    this.listening = listening;
  }

  /// Starts it. Throws `StartException` when that fails, after freeing what was opened.
  public static RunningServer start(ServerProcess server) {
    try {
      ServerProcess.Listening listening = await(server.start(), START_MAX);
      LOG.atInfo()
          .addKeyValue("host", listening.host())
          .addKeyValue("port", listening.port())
          .addKeyValue("managementHost", listening.managementHost())
          .addKeyValue("managementPort", listening.managementPort())
          .log("server started");
      return new RunningServer(server, listening);
    } catch (ExecutionException failed) {
      release(server);
      throw failed.getCause() instanceof StartException known ? known : unforeseen(failed);
    } catch (TimeoutException late) {
      release(server);
      throw new StartException("the server did not start within " + START_MAX.toSeconds() + " s");
    }
  }

  public ServerProcess.Listening listening() {
    return listening;
  }

  /// Stops it and says whether it stopped in time and in order; what went wrong is logged.
  public boolean stop(Duration grace) {
    LOG.atInfo().addKeyValue("graceMs", grace.toMillis()).log("server stops");
    Duration most = grace.plus(CLOSE_MAX);
    try {
      await(server.stop(), most);
      LOG.atInfo().log("server stopped");
      return true;
    } catch (TimeoutException late) {
      LOG.atError().addKeyValue("waitedMs", most.toMillis()).log("server did not stop in time");
      return false;
    } catch (ExecutionException failed) {
      LOG.atError().setCause(failed.getCause()).log("server stopped badly");
      return false;
    }
  }

  private static StartException unforeseen(ExecutionException failed) {
    LOG.atError().setCause(failed.getCause()).log("server did not start");
    return new StartException("cannot start: " + failed.getCause());
  }

  private static void release(ServerProcess server) {
    try {
      await(server.stop(), CLOSE_MAX);
    } catch (ExecutionException | TimeoutException failed) {
      LOG.atDebug().setCause(failed).log("server that did not start was not stopped either");
    }
  }

  private static <T> T await(Future<T> future, Duration most)
      throws ExecutionException, TimeoutException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ExecutionException(interrupted);
    }
  }
}
