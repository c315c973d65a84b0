package dev.artserver.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.app.settings.ClusterSettings;
import dev.artserver.app.settings.ServerConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The manifests of `k8s/` against the types of Kubernetes and the keys of `ServerConfig`.
class DeploymentFilesTest {
  private static final Path K8S = Path.of("k8s");
  private static final String POD_IP = "10.1.2.3";
  private static final Map<String, String> LABEL = Map.of("app.kubernetes.io/name", "art-server");

  /// Between the end of work and the end of the process.
  private static final Duration CLOSING = Duration.ofSeconds(10);

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"small", "medium", "large"})
  void every_object_has_only_fields_that_kubernetes_knows(String size) {
    KubernetesObjects objects = overlay(size);

    assertThat(objects.all())
        .extracting(HasMetadata::getKind)
        .contains("Deployment", "Service", "NetworkPolicy", "ConfigMap");
    assertThat(objects.all())
        .extracting(object -> object.getKind() + " " + object.getMetadata().getName())
        .doesNotHaveDuplicates();
  }

  @Test
  void a_misspelt_field_is_refused() {
    ObjectNode deployment =
        Kustomization.render(overlayPath("small")).stream()
            .filter(object -> object.path("kind").asText().equals("Deployment"))
            .findFirst()
            .orElseThrow();
    ((ObjectNode) deployment.at("/spec/template/spec/containers/0")).put("livenesProbe", "x");

    assertThatThrownBy(() -> KubernetesObjects.read(deployment))
        .hasMessageContaining("livenesProbe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "medium", "large"})
  void ports_probes_and_grace_agree_with_the_configuration(String size) throws IOException {
    KubernetesObjects objects = overlay(size);
    ServerConfig config = config(objects);
    PodSpec pod = pod(objects);
    Container container = container(objects);

    assertThat(config.server().host()).isEqualTo("0.0.0.0");
    assertThat(config.server().managementHost()).isEqualTo("0.0.0.0");
    assertThat(config.store().kind()).isEqualTo(ServerConfig.StoreKind.POSTGRES);
    assertThat(port(container, "api")).isEqualTo(config.server().port());
    assertThat(port(container, "management")).isEqualTo(config.server().managementPort());
    assertThat(objects.all(Service.class))
        .filteredOn(service -> service.getMetadata().getName().equals("art-server"))
        .flatExtracting(service -> service.getSpec().getPorts())
        .singleElement()
        .satisfies(port -> {
          assertThat(port.getPort()).isEqualTo(config.server().port());
          assertThat(port.getTargetPort().getStrVal()).isEqualTo("api");
        });
    Map<String, String> scraped =
        objects.only(Deployment.class).getSpec().getTemplate().getMetadata().getAnnotations();
    assertThat(scraped).containsEntry("prometheus.io/port", "" + config.server().managementPort());
    assertProbe(container.getStartupProbe(), "/health/ready");
    assertProbe(container.getReadinessProbe(), "/health/ready");
    assertProbe(container.getLivenessProbe(), "/health/live");
    assertThat(patience(container.getStartupProbe()))
        .isGreaterThan(config.store().postgres().startTimeout().plusSeconds(60));
    assertThat(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()))
        .isEqualTo(
            Duration.ofSeconds(container.getLifecycle().getPreStop().getSleep().getSeconds())
                .plus(config.server().shutdownGrace())
                .plus(CLOSING));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "medium", "large"})
  void limits_are_those_of_conf_and_fit_into_the_memory(String size) throws IOException {
    KubernetesObjects objects = overlay(size);
    ServerConfig config = config(objects);
    ObjectNode inCluster = Kustomization.read(overlayPath(size).resolve("server.yaml"));
    ObjectNode outside = Kustomization.read(Path.of("conf", size + ".yaml"));

    for (Map.Entry<String, JsonNode> section : outside.properties()) {
      assertThat(inCluster.get(section.getKey()))
          .as(section.getKey())
          .isEqualTo(section.getValue());
    }
    Quantity limit = container(objects).getResources().getLimits().get("memory");
    BigDecimal heap = limit.getNumericalAmount().multiply(BigDecimal.valueOf(0.7));
    assertThat(BigDecimal.valueOf(config.threads().residentBytesMax().bytes() * 2))
        .as("resident threads take at most half of the heap")
        .isLessThanOrEqualTo(heap);
    assertThat(container(objects).getResources().getRequests().get("memory")).isEqualTo(limit);
    assertThat(container(objects).getResources().getLimits()).doesNotContainKey("cpu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "medium", "large"})
  void pods_have_no_rights_they_do_not_need(String size) {
    KubernetesObjects objects = overlay(size);
    PodSpec pod = pod(objects);
    Container container = container(objects);

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser())
        .isEqualTo(Long.valueOf(Dockerfile.read().user()));
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"small", "medium", "large"})
  void the_api_stays_inside_the_cluster(String size) throws IOException {
    KubernetesObjects objects = overlay(size);
    ServerConfig.Server server = config(objects).server();

    assertThat(objects.all(Service.class))
        .allSatisfy(service -> assertThat(service.getSpec().getType()).isIn(null, "ClusterIP"));
    NetworkPolicy policy = objects.only(NetworkPolicy.class);
    assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(LABEL);
    assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getSpec().getIngress())
        .allSatisfy(rule -> assertThat(rule.getFrom()).isNotEmpty())
        .flatExtracting(rule -> rule.getPorts())
        .extracting(NetworkPolicyPort::getPort)
        .extracting(port -> port.getIntVal())
        .contains(server.port(), server.managementPort());
  }

  @Test
  void the_small_overlay_is_one_server_of_its_own() throws IOException {
    KubernetesObjects objects = overlay("small");
    Deployment deployment = objects.only(Deployment.class);

    assertThat(config(objects).cluster().enabled()).isFalse();
    assertThat(deployment.getSpec().getReplicas()).isEqualTo(1);
    assertThat(deployment.getSpec().getStrategy().getType()).isEqualTo("Recreate");
    assertThat(objects.all(HorizontalPodAutoscaler.class)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"medium", "large"})
  void several_instances_find_each_other_and_nobody_else_reaches_them(String size)
      throws IOException {
    KubernetesObjects objects = overlay(size);
    ClusterSettings cluster = config(objects).cluster();

    assertThat(cluster.enabled()).isTrue();
    assertThat(cluster.host()).isEqualTo(POD_IP);
    assertThat(cluster.dns())
        .contains(
            objects.all(Service.class).stream()
                .filter(service -> "None".equals(service.getSpec().getClusterIP()))
                .findFirst()
                .orElseThrow()
                .getMetadata()
                .getName());
    assertThat(port(container(objects), "members")).isEqualTo(cluster.port());
    assertThat(port(container(objects), "messages")).isEqualTo(cluster.busPort());
    assertThat(objects.only(NetworkPolicy.class).getSpec().getIngress())
        .filteredOn(rule ->
            rule.getPorts().stream().anyMatch(port -> port.getPort().getIntVal() == cluster.port()))
        .singleElement()
        .satisfies(rule ->
            assertThat(rule.getFrom())
                .singleElement()
                .satisfies(
                    from -> assertThat(from.getPodSelector().getMatchLabels()).isEqualTo(LABEL)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"medium", "large"})
  void several_instances_are_found_spread_and_replaced_one_by_one(String size) {
    KubernetesObjects objects = overlay(size);
    Deployment deployment = objects.only(Deployment.class);
    HorizontalPodAutoscaler scaler = objects.only(HorizontalPodAutoscaler.class);
    PodDisruptionBudget budget = objects.only(PodDisruptionBudget.class);

    assertThat(deployment.getSpec().getReplicas()).as("the autoscaler's").isNull();
    assertThat(
            deployment.getSpec().getStrategy().getRollingUpdate().getMaxUnavailable().getIntVal())
        .isZero();
    assertThat(deployment.getSpec().getSelector().getMatchLabels()).isEqualTo(LABEL);
    assertThat(deployment.getSpec().getTemplate().getMetadata().getLabels())
        .containsAllEntriesOf(LABEL);
    assertThat(pod(objects).getTopologySpreadConstraints())
        .hasSize(2)
        .allSatisfy(
            spread -> assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(LABEL));
    assertThat(scaler.getSpec().getScaleTargetRef().getName())
        .isEqualTo(deployment.getMetadata().getName());
    assertThat(scaler.getSpec().getMinReplicas()).isLessThan(scaler.getSpec().getMaxReplicas());
    assertThat(scaler.getSpec().getMetrics())
        .extracting(metric -> metric.getType())
        .containsExactly("Pods", "Pods", "Resource");
    assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(LABEL);
    assertThat(objects.all(Service.class))
        .allSatisfy(service -> assertThat(service.getSpec().getSelector()).isEqualTo(LABEL))
        .filteredOn(service -> "None".equals(service.getSpec().getClusterIP()))
        .hasSize(1);
  }

  @Test
  void the_image_is_of_this_version() throws IOException {
    String image = container(overlay("small")).getImage();

    assertThat(Files.readString(Path.of("pom.xml")))
        .contains(
            "<version>" + image.substring("art-server:".length()) + "</version>\n  <packaging>");
  }

  /// What it would be in a pod.
  private static String value(EnvVar variable) {
    if (variable.getValue() != null) {
      return variable.getValue();
    }
    if (variable.getValueFrom().getFieldRef() != null) {
      assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("status.podIP");
      return POD_IP;
    }
    assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("art-server");
    return Settings.SECRET_KEY;
  }

  private static Path overlayPath(String size) {
    return K8S.resolve("overlays").resolve(size);
  }

  private static KubernetesObjects overlay(String size) {
    return KubernetesObjects.read(Kustomization.render(overlayPath(size)));
  }

  /// What a container with the overlay's file and variables would run with.
  private ServerConfig config(KubernetesObjects objects) throws IOException {
    ConfigMap map = objects.only(ConfigMap.class);
    PodSpec pod = pod(objects);
    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getConfigMap() != null)
        .singleElement()
        .satisfies(volume ->
            assertThat(volume.getConfigMap().getName()).isEqualTo(map.getMetadata().getName()));
    assertThat(container(objects).getArgs())
        .containsExactly("serve", "--config", "/etc/art/server.yaml");
    assertThat(container(objects).getVolumeMounts())
        .anySatisfy(mount -> {
          assertThat(mount.getName()).isEqualTo("config");
          assertThat(mount.getMountPath()).isEqualTo("/etc/art");
        });
    Path file =
        Files.writeString(directory.resolve("server.yaml"), map.getData().get("server.yaml"));
    Map<String, String> environment = new LinkedHashMap<>(Dockerfile.read().environment());
    for (EnvVar variable : container(objects).getEnv()) {
      environment.put(variable.getName(), value(variable));
    }
    return Settings.load(Optional.of(file), environment);
  }

  private static PodSpec pod(KubernetesObjects objects) {
    return objects.only(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static Container container(KubernetesObjects objects) {
    List<Container> containers = pod(objects).getContainers();
    assertThat(containers).hasSize(1);
    return containers.getFirst();
  }

  private static int port(Container container, String name) {
    return container.getPorts().stream()
        .filter(port -> port.getName().equals(name))
        .mapToInt(ContainerPort::getContainerPort)
        .findFirst()
        .orElseThrow();
  }

  private static void assertProbe(Probe probe, String path) {
    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    // A check of the store may take 2 s.
    assertThat(probe.getTimeoutSeconds()).isGreaterThan(2);
  }

  /// How long the probe may fail.
  private static Duration patience(Probe probe) {
    return Duration.ofSeconds((long) probe.getPeriodSeconds() * probe.getFailureThreshold());
  }
}
