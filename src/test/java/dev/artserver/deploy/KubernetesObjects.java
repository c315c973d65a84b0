package dev.artserver.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;

/// Rendered objects as Kubernetes types. A field that the type does not have is refused: the types
/// would keep it as an additional property, and a cluster would ignore it.
record KubernetesObjects(List<HasMetadata> all) {
  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .annotationIntrospector(new NoAdditionalProperties())
          .build();

  private static final class NoAdditionalProperties extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated annotated) {
      return false;
    }
  }

  static KubernetesObjects read(List<ObjectNode> objects) {
    return new KubernetesObjects(objects.stream().map(KubernetesObjects::read).toList());
  }

  static HasMetadata read(ObjectNode object) {
    return STRICT.convertValue(object, type(object));
  }

  private static Class<? extends HasMetadata> type(JsonNode object) {
    String type = object.path("apiVersion").asText() + " " + object.path("kind").asText();
    return switch (type) {
      case "v1 ConfigMap" -> ConfigMap.class;
      case "v1 Service" -> Service.class;
      case "apps/v1 Deployment" -> Deployment.class;
      case "autoscaling/v2 HorizontalPodAutoscaler" -> HorizontalPodAutoscaler.class;
      case "networking.k8s.io/v1 NetworkPolicy" -> NetworkPolicy.class;
      case "policy/v1 PodDisruptionBudget" -> PodDisruptionBudget.class;
      default -> throw new IllegalArgumentException("unknown type " + type);
    };
  }

  /// The only object of a type.
  <T extends HasMetadata> T only(Class<T> type) {
    List<T> found = all(type);
    if (found.size() != 1) {
      throw new IllegalStateException(found.size() + " objects of " + type);
    }
    return found.getFirst();
  }

  <T extends HasMetadata> List<T> all(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }
}
