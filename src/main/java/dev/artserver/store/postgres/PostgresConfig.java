package dev.artserver.store.postgres;

import static dev.artserver.model.Checks.require;

import dev.artserver.wire.WriteVersion;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// Where PostgreSQL is, and the limits of the store in it.
///
/// @param url `postgresql://host:port/database`; may name the user, but not the password
/// @param user empty: the one in the URL
/// @param password empty: none is sent
/// @param tls how connections are encrypted
/// @param caFile PEM file of the certificates that are trusted; needed for `VERIFY_…`
/// @param applicationName what PostgreSQL shows of these connections
/// @param writers connections that write, 1 to 64
/// @param readers connections that read, 1 to 64
/// @param connectTimeout the longest time to open a connection, at least 1 ms
/// @param statementTimeout the longest time of a statement, and for which one may wait for a
///   connection, at least 1 ms
/// @param writesMax writes that are not answered, at least 1; then `Full`
/// @param writeBytesMax bytes of those writes, at least 1 MiB; then `Full`
/// @param readsMax reads that are not answered, at least 1; then `Full`
/// @param migrate whether opening the store brings the tables to the version it needs; else it
///   refuses others
/// @param writeVersion the newest version of facts that may be written; beyond: `HeldBack`
public record PostgresConfig(
    String url,
    Optional<String> user,
    Optional<String> password,
    Tls tls,
    Optional<Path> caFile,
    String applicationName,
    int writers,
    int readers,
    Duration connectTimeout,
    Duration statementTimeout,
    int writesMax,
    long writeBytesMax,
    int readsMax,
    boolean migrate,
    WriteVersion writeVersion) {
  private static final long MIB = 1024L * 1024L;
  private static final int CONNECTIONS_MAX = 64;
  private static final int COPIES_MIN = 4;
  private static final Duration COPY_MAX = Duration.ofMinutes(10);

  /// Longer statements are not kept prepared; appends have one of some 4,000 characters.
  private static final int SQL_LENGTH_MAX = 16 * 1024;

  /// How connections are encrypted.
  public enum Tls {
    /// Not at all.
    DISABLE,
    /// When the server can.
    PREFER,
    /// Always; the server's certificate is not checked.
    REQUIRE,
    /// Always, with a certificate that is trusted.
    VERIFY_CA,
    /// Always, with a certificate that is trusted and names the host.
    VERIFY_FULL;

    /// Whether the server must have a certificate that is trusted.
    public boolean verifies() {
      return this == VERIFY_CA || this == VERIFY_FULL;
    }
  }

  public PostgresConfig {
    checkUrl("store.postgres.url", url);
    require(
        !tls.verifies() || caFile.isPresent(),
        "store.postgres.caFile must be set for tls " + tls.name().toLowerCase(Locale.ROOT));
    require(
        writers >= 1 && writers <= CONNECTIONS_MAX,
        "store.postgres.writers must be 1 to 64, got " + writers);
    require(
        readers >= 1 && readers <= CONNECTIONS_MAX,
        "store.postgres.readers must be 1 to 64, got " + readers);
    require(
        connectTimeout.toMillis() >= 1,
        "store.postgres.connectTimeout must be at least 1 ms, got " + connectTimeout);
    require(
        statementTimeout.toMillis() >= 1,
        "store.postgres.statementTimeout must be at least 1 ms, got " + statementTimeout);
    require(writesMax >= 1, "store.writesMax must be at least 1, got " + writesMax);
    require(
        writeBytesMax >= MIB,
        "store.writeBytesMax must be at least " + MIB + ", got " + writeBytesMax);
    require(readsMax >= 1, "store.readsMax must be at least 1, got " + readsMax);
  }

  /// Throws `IllegalArgumentException` when `url` is none of a database, or has a password: a
  /// password is a secret and has a key of its own.
  ///
  /// @param key what the message calls it
  public static void checkUrl(String key, String url) {
    PgConnectOptions parsed;
    try {
      parsed = PgConnectOptions.fromUri(url);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          key + " must be like postgresql://host:5432/database, got another", e);
    }
    require(
        parsed.getPassword().isEmpty() || parsed.getPassword().equals(defaults().getPassword()),
        key + " must have no password, which has a key of its own, got one that is not shown");
  }

  private static PgConnectOptions defaults() {
    return new PgConnectOptions();
  }

  /// Limits for a small server: 4 connections that write and 4 that read, 5 s to connect, 10 s for
  /// a statement, 8,192 writes of 64 MiB in all, 8,192 reads.
  public static PostgresConfig at(String url) {
    return new PostgresConfig(
        url,
        Optional.empty(),
        Optional.empty(),
        Tls.PREFER,
        Optional.empty(),
        "art-server",
        4,
        4,
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        8_192,
        64 * MIB,
        8_192,
        true,
        WriteVersion.newest());
  }

  /// The same for copying threads: another database, and time for long logs.
  public PostgresConfig forCopying(String to) {
    return new PostgresConfig(
        to,
        user,
        password,
        tls,
        caFile,
        applicationName,
        Math.max(writers, COPIES_MIN),
        Math.max(readers, COPIES_MIN),
        connectTimeout,
        COPY_MAX,
        writesMax,
        writeBytesMax,
        readsMax,
        migrate,
        writeVersion);
  }

  /// The same, and whether opening the store migrates.
  PostgresConfig withMigration(boolean wanted) {
    return new PostgresConfig(
        url,
        user,
        password,
        tls,
        caFile,
        applicationName,
        writers,
        readers,
        connectTimeout,
        statementTimeout,
        writesMax,
        writeBytesMax,
        readsMax,
        wanted,
        writeVersion);
  }

  /// The host, port and database, for people: it has no password.
  String place() {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    return options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
  }

  PgConnectOptions connectOptions() {
    PgConnectOptions options = PgConnectOptions.fromUri(url);
    user.ifPresent(options::setUser);
    options.setPassword(password.orElse(""));
    options.setCachePreparedStatements(true).setPreparedStatementCacheSqlLimit(SQL_LENGTH_MAX);
    options.setSslMode(
        switch (tls) {
          case DISABLE -> SslMode.DISABLE;
          case PREFER -> SslMode.PREFER;
          case REQUIRE -> SslMode.REQUIRE;
          case VERIFY_CA -> SslMode.VERIFY_CA;
          case VERIFY_FULL -> SslMode.VERIFY_FULL;
        });
    return options.setSslOptions(sslOptions());
  }

  private ClientSSLOptions sslOptions() {
    ClientSSLOptions ssl = new ClientSSLOptions();
    if (tls == Tls.VERIFY_FULL) {
      ssl.setHostnameVerificationAlgorithm("HTTPS");
    }
    caFile.ifPresentOrElse(
        file -> ssl.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())),
        () -> ssl.setTrustAll(true));
    return ssl;
  }
}
