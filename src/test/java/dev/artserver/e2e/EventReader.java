package dev.artserver.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/// A client that follows a thread by SSE as browsers do: when the stream ends it comes back with
/// `Last-Event-ID`, perhaps to another instance. It has ended when it is closed.
final class EventReader implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String thread;
  private final IntSupplier port;
  private final List<Event> events = new ArrayList<>();
  private final Thread reading;
  private volatile boolean closed;
  private final AtomicInteger connections = new AtomicInteger();

  /// A fact.
  record Event(long seq, String type, JsonNode data) {}

  /// @param port of the next connection
  EventReader(String thread, IntSupplier port) {
    this.thread = thread;
    this.port = port;
    reading = Thread.ofVirtual().start(this::read);
  }

  /// Those so far, in the order they came.
  List<Event> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  List<Long> seqs() {
    return events().stream().map(Event::seq).toList();
  }

  boolean has(String type, String runId) {
    return events().stream()
        .anyMatch(
            event -> event.type.equals(type) && event.data.path("runId").asText().equals(runId));
  }

  int connections() {
    return connections.get();
  }

  private void read() {
    while (!closed) {
      connections.incrementAndGet();
      try {
        HttpResponse<InputStream> response =
            client.send(request(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
          read(lines);
        }
      } catch (IOException | UncheckedIOException ended) {
        // Comes back.
      } catch (InterruptedException over) {
        return;
      }
      pause();
    }
  }

  private HttpRequest request() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + port.getAsInt()
                        + "/v1/threads/"
                        + thread
                        + "/events?follow=true"))
            .header("Accept", "text/event-stream");
    List<Long> known = seqs();
    if (!known.isEmpty()) {
      request.header("Last-Event-ID", known.getLast().toString());
    }
    return request.build();
  }

  private void read(BufferedReader lines) throws IOException {
    long id = -1;
    String type = "";
    for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = Long.parseLong(line.substring(4));
      } else if (line.startsWith("event: ")) {
        type = line.substring(7);
      } else if (line.startsWith("data: ") && id >= 0) {
        synchronized (events) {
          events.add(new Event(id, type, ApiClient.JSON.readTree(line.substring(6))));
        }
      } else if (line.isEmpty()) {
        id = -1;
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    reading.interrupt();
    client.shutdownNow();
  }
}
