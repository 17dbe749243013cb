/// The OpenAPI 3.1 description of a server.
enum APIDocument {
  /// The document, with this server's limits in it.
  ///
  /// - Parameter configuration: Limits and token.
  /// - Returns: JSON.
  static func json(for configuration: DetectionServerConfiguration) -> String {
    let limits = configuration.limits
    return """
      {"openapi":"3.1.0",
      "info":{"title":"focal serve","version":"1","summary":"Objects in pictures.",
      "description":"Pictures in, boxes out. A body has \(limits.bodyBytes) bytes at most and \(limits.bodySeconds) s to arrive; \
      a picture has \(limits.pixels) pixels at most; a request holds \(limits.picturesPerRequest) pictures at most."},
      "servers":[{"url":"/"}],
      "security":[\(configuration.token == nil ? "{}," : ""){"token":[]}],
      "paths":{
      \(detections),
      "/v1/model":{"get":{"operationId":"model","summary":"The model that runs.","responses":{
      "200":{"description":"The model.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Model"}}}},
      "401":{"$ref":"#/components/responses/Error"}}}},
      "/healthz":{"get":{"operationId":"health","summary":"Whether the process is alive.","security":[],"responses":{
      "200":{"description":"It is.","content":{"text/plain":{"schema":{"type":"string","const":"ok\\n"}}}}}}},
      "/readyz":{"get":{"operationId":"readiness","summary":"Whether requests are welcome.","security":[],"responses":{
      "200":{"description":"They are.","content":{"text/plain":{"schema":{"type":"string","const":"ready\\n"}}}},
      "503":{"$ref":"#/components/responses/Busy"}}}},
      "/metrics":{"get":{"operationId":"metrics","summary":"Figures for Prometheus, text format 0.0.4.","responses":{
      "200":{"description":"The figures.","content":{"text/plain":{"schema":{"type":"string"}}}},
      "401":{"$ref":"#/components/responses/Error"}}}},
      "/openapi.json":{"get":{"operationId":"document","summary":"This document.","responses":{
      "200":{"description":"OpenAPI 3.1.","content":{"application/json":{"schema":{"type":"object"}}}},
      "401":{"$ref":"#/components/responses/Error"}}}},
      "/":{"get":{"operationId":"page","summary":"A page for people.","security":[],"responses":{
      "200":{"description":"The page.","content":{"text/html":{"schema":{"type":"string"}}}},
      "304":{"description":"The browser has it already."}}}}
      },
      \(components)}

      """
  }

  private static let detections = """
    "/v1/detections":{"post":{"operationId":"detect","summary":"Find objects in pictures.",
    "parameters":[
    {"name":"threshold","in":"query","description":"Detections that score less are left out; default: the server's.",
    "schema":{"type":"number","minimum":0,"maximum":1}},
    {"name":"top_k","in":"query","description":"The best so many of each picture; default: the model's.",
    "schema":{"type":"integer","minimum":1,"maximum":1000}},
    {"name":"classes","in":"query","description":"Names or ids of categories; default: all.","style":"form","explode":false,
    "schema":{"type":"array","items":{"type":"string"},"minItems":1}},
    {"name":"iou","in":"query","description":"A detection that overlaps a better one by more is dropped; default: the model's.",
    "schema":{"type":"number","minimum":0,"maximum":1}},
    {"name":"X-Request-Id","in":"header","description":"A name for the request, answered and logged.",
    "schema":{"type":"string","maxLength":64,"pattern":"^[0-9A-Za-z_.:-]+$"}}],
    "requestBody":{"required":true,"content":{
    "image/jpeg":{},"image/png":{},"image/webp":{},"application/octet-stream":{},
    "multipart/form-data":{"schema":{"type":"object","required":["image"],"properties":{
    "image":{"type":"array","minItems":1,"items":{"type":"string","contentMediaType":"application/octet-stream"}}}}}}},
    "responses":{
    "200":{"description":"What was found, one entry a picture, best first.",
    "headers":{"X-Request-Id":{"schema":{"type":"string"}}},
    "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Detections"}}}},
    \(errors),
    "503":{"$ref":"#/components/responses/Busy"}}}}
    """

  /// Every status but 503 that a detection request may be answered with.
  private static let errors = [400, 401, 405, 408, 411, 413, 415, 422, 500]
    .map { "\"\($0)\":{\"$ref\":\"#/components/responses/Error\"}" }.joined(separator: ",\n")

  private static let components = """
    "components":{"securitySchemes":{"token":{"type":"http","scheme":"bearer"}},
    "responses":{
    "Error":{"description":"What went wrong.","content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}},
    "Busy":{"description":"The queue is full or the server stops; try again.",
    "headers":{"Retry-After":{"schema":{"type":"integer","minimum":1},"description":"Seconds."}},
    "content":{"application/json":{"schema":{"$ref":"#/components/schemas/Error"}}}}},
    "schemas":{
    "Error":{"type":"object","required":["error"],"properties":{"error":{"type":"object","required":["code","message"],
    "properties":{"code":{"type":"string","enum":[\(codes)]},
    "message":{"type":"string","description":"What was found, what was expected, what to do."}}}}},
    "Detections":{"type":"object","required":["model","images","timing"],"properties":{"model":{"type":"string"},
    "images":{"type":"array","items":{"type":"object","required":["file_name","width","height","detections"],"properties":{
    "file_name":{"type":["string","null"]},"width":{"type":"integer"},"height":{"type":"integer"},
    "detections":{"type":"array","items":{"type":"object","required":["category_id","category","bbox","score"],"properties":{
    "category_id":{"type":"integer"},"category":{"type":"string"},
    "bbox":{"type":"array","items":{"type":"number"},"minItems":4,"maxItems":4,
    "description":"x, y, width, height in the picture's pixels, upright."},
    "score":{"type":"number"}}}}}}},
    "timing":{"type":"object","required":["queue_ms","decode_ms","inference_ms","total_ms","batch"],"properties":{
    "queue_ms":{"type":"number"},"decode_ms":{"type":"number"},"inference_ms":{"type":"number"},
    "total_ms":{"type":"number"},"batch":{"type":"integer"}}}}},
    "Model":{"type":"object","required":["name","architecture","categories","input","precision","loaded_at","detection"],
    "properties":{"name":{"type":"string"},"architecture":{"type":"string"},
    "categories":{"type":"array","items":{"type":"object","required":["id","name"],"properties":{
    "id":{"type":"integer"},"name":{"type":"string"}}}},
    "input":{"type":"object","required":["shortSide","longSideCap","multiple"],"properties":{
    "shortSide":{"type":"integer"},"longSideCap":{"type":"integer"},"multiple":{"type":"integer"}}},
    "precision":{"type":"string"},"loaded_at":{"type":"string","format":"date-time"},
    "detection":{"type":"object","required":["scoreThreshold","iouThreshold","detectionsPerImage"],"properties":{
    "scoreThreshold":{"type":"number"},"iouThreshold":{"type":"number"},"detectionsPerImage":{"type":"integer"}}}}}}}
    """

  private static let codes = ServerError.Code.allCases.map { "\"\($0.rawValue)\"" }
    .joined(separator: ",")
}
