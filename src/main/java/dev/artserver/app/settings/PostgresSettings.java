package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.Secret;
import dev.artserver.app.config.Setting;
import dev.artserver.store.postgres.PostgresConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// PostgreSQL, for a store of kind `postgres`.
public record PostgresSettings(
    @Setting(
            about = "the database; user and password have keys of their own",
            is = "postgresql://localhost:5432/art")
        String url,
    @Setting(about = "the role that connects; it needs to own the tables", is = "art") String user,
    @Setting(about = "its password", example = "${env:ART_POSTGRES_PASSWORD}")
        Optional<Secret> password,
    @Setting(
            about =
                "how connections are encrypted: prefer does so when the server can, require does"
                    + " not check its certificate, verify-ca does, verify-full checks its host too",
            is = "prefer")
        PostgresConfig.Tls tls,
    @Setting(
            about = "PEM file of the certificates that verify-ca and verify-full trust",
            example = "/etc/art/postgres-ca.pem")
        Optional<Path> caFile,
    @Setting(about = "what PostgreSQL shows of these connections", is = "art-server")
        String applicationName,
    @Setting(about = "connections that write", is = "4", min = "1", max = "64") int writers,
    @Setting(about = "connections that read", is = "4", min = "1", max = "64") int readers,
    @Setting(
            about = "how long it may take to open a connection",
            is = "5s",
            min = "100ms",
            max = "5m")
        Duration connectTimeout,
    @Setting(
            about = "how long a statement may take, and wait for a connection",
            is = "10s",
            min = "100ms",
            max = "5m")
        Duration statementTimeout,
    @Setting(
            about = "how long a starting server tries to reach PostgreSQL",
            is = "30s",
            min = "0s",
            max = "1h")
        Duration startTimeout,
    @Setting(
            about =
                "whether a starting server brings the tables to its version; false: it does not"
                    + " start before art migrate has",
            is = "true")
        boolean migrate) {
  public PostgresSettings {
    PostgresConfig.checkUrl("url", url);
    require(
        caFile.isPresent() || !tls.verifies(),
        "caFile must be given with tls verify-ca and verify-full, got nothing");
  }
}
