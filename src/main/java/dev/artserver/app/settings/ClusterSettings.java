package dev.artserver.app.settings;

import static dev.artserver.model.Checks.require;

import dev.artserver.app.config.Secret;
import dev.artserver.app.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Several servers as one.
///
/// @param members where other instances listen for members; the instance itself may be among them
public record ClusterSettings(
    @Setting(
            about =
                "whether this server is one instance of several; they share a store of kind"
                    + " postgres, Redis, security.secretKey and the keys here",
            is = "false")
        boolean enabled,
    @Setting(about = "name of the cluster, the same on all instances", is = "art") String name,
    @Setting(
            about = "what instances know each other by, the same on all; at least 16 characters",
            example = "${env:ART_CLUSTER_SECRET}")
        Optional<Secret> secret,
    @Setting(
            about =
                "address of this machine that other instances reach; nobody else must reach its two"
                    + " ports",
            is = "127.0.0.1")
        String host,
    @Setting(about = "port for members", is = "5701", min = "1", max = "65535") int port,
    @Setting(about = "port for messages; 0 takes a free one", is = "5702", min = "0", max = "65535")
        int busPort,
    @Setting(about = "HOST:PORT of instances to join; dns is another way", is = "127.0.0.1:5701")
        List<String> members,
    @Setting(
            about = "name that has the addresses of all instances, in place of members",
            example = "art-instances.art.svc.cluster.local")
        Optional<String> dns,
    @Setting(
            about =
                "how long an instance that is silent is thought to live; its runs go on elsewhere"
                    + " after that",
            is = "3s",
            min = "500ms",
            max = "1m")
        Duration lease,
    @Setting(
            about = "PEM file of this instance's certificate: messages are encrypted",
            example = "/etc/art/cluster.pem")
        Optional<Path> certificate,
    @Setting(about = "PEM file of its key", example = "/etc/art/cluster-key.pem")
        Optional<Path> certificateKey,
    @Setting(
            about = "PEM file of the authority that has signed the instances' certificates",
            example = "/etc/art/cluster-ca.pem")
        Optional<Path> authority) {
  private static final int SECRET_MIN = 16;
  private static final String MEMBER = "[A-Za-z0-9._:\\[\\]-]+:\\d{1,5}";

  public ClusterSettings {
    require(!name.isBlank(), "name must not be blank, got '" + name + "'");
    require(!enabled || secret.isPresent(), "secret must be given with enabled, got nothing");
    secret.ifPresent(given ->
        require(
            given.reveal().length() >= SECRET_MIN,
            "secret must have at least "
                + SECRET_MIN
                + " characters, got "
                + given.reveal().length()));
    for (String member : members) {
      require(member.matches(MEMBER), "members must be like 10.0.0.7:5701, got '" + member + "'");
    }
    long given =
        List.of(certificate, certificateKey, authority).stream()
            .filter(Optional::isPresent)
            .count();
    require(
        given == 0 || given == 3,
        "certificate, certificateKey and authority must be given together, got "
            + given
            + " of them");
    require(port != busPort, "busPort must differ from port, got " + busPort);
  }
}
