package dev.artserver.app.command;

import dev.artserver.app.config.ConfigLoader;
import dev.artserver.app.logging.Logging;
import dev.artserver.app.server.StartException;
import dev.artserver.app.settings.RoomConfigs;
import dev.artserver.app.settings.ServerConfig;
import dev.artserver.store.postgres.PostgresConfig;
import dev.artserver.store.postgres.PostgresRefused;
import dev.artserver.store.postgres.PostgresSchema;
import io.vertx.core.Vertx;
import java.util.List;

/// Brings the tables of a store in PostgreSQL to the version this release needs, or says whether
/// there is something to do.
final class MigrateCommand {
  /// The exit code of a check that found something to do.
  private static final int TO_DO = 3;

  private final Console console;
  private final ConfigLoader loader;
  private final Logging logging;

  MigrateCommand(Console console, ConfigLoader loader, Logging logging) {
    this.console = console;
    this.loader = loader;
    this.logging = logging;
  }

  /// Gives the exit code. Throws `ConfigException` and `StartException`.
  int run(Command.Migrate wanted) {
    ServerConfig config = loader.load(ServerConfig.class, wanted.config(), List.of());
    logging.configure(config.log().level(), config.log().format());
    return switch (config.store().kind()) {
      case MEMORY -> nothing("a store of kind memory has nothing to migrate");
      case FILE -> nothing("a store of kind file is migrated when the server starts");
      case POSTGRES -> run(wanted, new RoomConfigs(config).postgresStore());
    };
  }

  private int nothing(String line) {
    console.say(line);
    return Console.DONE;
  }

  private int run(Command.Migrate wanted, PostgresConfig store) {
    Vertx vertx = Vertx.vertx();
    try {
      return wanted.check() ? check(vertx, store) : migrate(vertx, store);
    } catch (PostgresRefused refused) {
      throw new StartException("store.postgres: " + refused.getMessage());
    } finally {
      vertx.close().await();
    }
  }

  private int check(Vertx vertx, PostgresConfig store) {
    int version = PostgresSchema.version(vertx, store).await();
    int known = PostgresSchema.known();
    if (version == known) {
      return nothing("nothing to migrate: the tables are of schema " + version);
    }
    if (version > known) {
      throw new StartException(
          "the tables are of a newer server (schema "
              + version
              + ", this one knows "
              + known
              + ")");
    }
    console.say(
        version == 0
            ? "to do: there are no tables; art migrate makes those of schema " + known
            : "to do: the tables are of schema " + version + ", this release needs " + known);
    return TO_DO;
  }

  private int migrate(Vertx vertx, PostgresConfig store) {
    int version = PostgresSchema.migrate(vertx, store).await();
    int known = PostgresSchema.known();
    return nothing(
        version == known
            ? "nothing to migrate: the tables are of schema " + version
            : "migrated from schema " + version + " to " + known);
  }
}
