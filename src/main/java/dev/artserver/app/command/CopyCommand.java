package dev.artserver.app.command;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.StartException;
import dev.artserver.app.settings.RoomConfigs;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.model.FailureException;
import dev.artserver.store.ThreadCopier;
import dev.artserver.store.ThreadCopier.Progress;
import dev.artserver.store.file.FileStoreConfig;
import dev.artserver.store.file.FileThreadStore;
import dev.artserver.store.file.StoreRefused;
import dev.artserver.store.postgres.PostgresConfig;
import dev.artserver.store.postgres.PostgresRefused;
import dev.artserver.store.postgres.PostgresThreadStore;
import dev.artserver.store.postgres.SoleServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Copies all threads of a file store to PostgreSQL, each with its numbers, and reads each back.
final class CopyCommand {
  private static final int SAY_EVERY = 1_000;

  private final Console console;
  private final ConfigLoader loader;
  private final Logging logging;
  private long said;

  CopyCommand(Console console, ConfigLoader loader, Logging logging) {
    this.console = console;
    this.loader = loader;
    this.logging = logging;
  }

  /// Gives the exit code. Throws `ConfigException` and `StartException`.
  int run(Command.Copy wanted) {
    ServerConfig config = loader.load(ServerConfig.class, wanted.config(), List.of());
    logging.configure(config.log().level(), config.log().format());
    Path database = wanted.from().resolve("art.db");
    if (!Files.exists(database)) {
      throw new StartException("copy: --from: there is no " + database);
    }
    PostgresConfig target;
    try {
      PostgresConfig.checkUrl("copy: --to", wanted.to());
      target = new RoomConfigs(config).postgresStore().forCopying(wanted.to());
    } catch (IllegalArgumentException wrong) {
      return console.refuse(Console.WRONG_USE, List.of(String.valueOf(wrong.getMessage())));
    }
    Vertx vertx = Vertx.vertx();
    try {
      Progress done = copy(vertx, wanted.from(), target).await();
      console.say(
          "copied "
              + words(done)
              + "; each was read back and is the same"
              + (done.already() == 0 ? "" : "; " + done.already() + " had been copied before"));
      return Console.DONE;
    } catch (StoreRefused | PostgresRefused | ThreadCopier.Differs refused) {
      throw new StartException("copy: " + refused.getMessage());
    } catch (FailureException failed) {
      throw new StartException("copy: " + failed.getMessage() + "; it can be begun again");
    } finally {
      vertx.close().await();
    }
  }

  private Future<Progress> copy(Vertx vertx, Path from, PostgresConfig to) {
    // Epochs are raised, which must not happen under a server that gives some.
    return SoleServer.claim(vertx, to, false)
        .compose(_ -> FileThreadStore.open(vertx, FileStoreConfig.in(from)))
        .compose(source ->
            PostgresThreadStore.open(vertx, to)
                .compose(target ->
                    new ThreadCopier(source, target, this::say).run().eventually(target::close))
                .eventually(source::close));
  }

  private void say(Progress progress) {
    if (progress.threads() - said >= SAY_EVERY) {
      said = progress.threads();
      console.say(words(progress));
    }
  }

  private static String words(Progress progress) {
    return progress.threads()
        + " threads, "
        + progress.facts()
        + " facts, "
        + progress.operations()
        + " operations";
  }
}
