package dev.artserver.provider.gemini;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.artserver.model.ModelRequest;
import dev.artserver.provider.ModelCall;
import dev.artserver.provider.ModelListener;
import dev.artserver.provider.ProviderClient;
import dev.artserver.provider.wire.Service;
import dev.artserver.provider.wire.ServiceConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.RequestOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/// Streams content from Gemini's models; how a call ends, see `Service`. The key goes into a header
/// and never into the address.
public final class GeminiClient implements ProviderClient {
  public static final String BASE_URL = "https://generativelanguage.googleapis.com/v1beta";

  private static final String TUNED = "tunedModels/";
  private static final String PLAIN = "models/";

  private final Service service;
  private final String apiKey;
  private final ObjectMapper mapper = new ObjectMapper();
  private final ContentRequest requests = new ContentRequest(mapper);

  /// @param clock tells how long until a `Retry-After` date
  public GeminiClient(Vertx vertx, InstantSource clock, ServiceConfig config) {
    this.service = new Service(vertx, clock, config, mapper);
    this.apiKey = config.apiKey();
  }

  @Override
  public ModelCall start(ModelRequest request, ModelListener listener) {
    RequestOptions options = service.post(path(request.model()));
    if (!apiKey.isEmpty()) {
      options.putHeader("x-goog-api-key", apiKey);
    }
    return service.start(
        options, requests.write(request), request.callId(), new ContentReader(mapper), listener);
  }

  @Override
  public Future<Void> close() {
    return service.close();
  }

  /// The model's name is part of the path and comes from whoever configures a thread, so it must
  /// not be able to name another path.
  private static String path(String model) {
    String kind = model.startsWith(TUNED) ? TUNED : PLAIN;
    String name = model.startsWith(kind) ? model.substring(kind.length()) : model;
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return "/" + kind + encoded + ":streamGenerateContent?alt=sse";
  }
}
