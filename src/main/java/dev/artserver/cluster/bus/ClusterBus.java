package dev.artserver.cluster.bus;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.NetworkConfig;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.spi.cluster.hazelcast.ConfigUtil;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;

/// How Vert.x becomes clustered. Hazelcast tells which servers are there and which addresses they
/// have; messages go from server to server on connections of the event bus.
public final class ClusterBus {
  private ClusterBus() {}

  /// A new one, which joins when Vert.x starts.
  public static ClusterManager manager(BusConfig bus) {
    Config config = ConfigUtil.loadConfig();
    config.setClusterName(bus.name());
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.health.monitoring.level", "OFF");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.socket.bind.any", "false");
    // A server that stops leaves at once, and the others need not wait for its data: they lose
    // none.
    config.setProperty("hazelcast.graceful.shutdown.max.wait", "3");
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(bus.port()).setPortAutoIncrement(false).setPublicAddress(bus.host());
    network.getInterfaces().setEnabled(true).clear().addInterface(bus.host());
    JoinConfig join = network.getJoin();
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    if (bus.dns().isPresent()) {
      join.getTcpIpConfig().setEnabled(false);
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", bus.dns().get())
          .setProperty("service-port", Integer.toString(bus.port()));
    } else {
      join.getTcpIpConfig().setEnabled(true).setMembers(bus.members());
    }
    return new HazelcastClusterManager(config);
  }

  /// How messages go from server to server.
  public static EventBusOptions eventBus(BusConfig bus) {
    EventBusOptions options = new EventBusOptions().setHost(bus.host()).setPort(bus.busPort());
    bus.tls()
        .ifPresent(tls ->
            options
                .setSsl(true)
                .setKeyCertOptions(
                    new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString()))
                .setTrustOptions(new PemTrustOptions().addCertPath(tls.authority().toString()))
                .setClientAuth(ClientAuth.REQUIRED));
    return options;
  }
}
