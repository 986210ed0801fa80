sensors-title = Sensors
sensors-caption = What sends records
sensors-name = Name
sensors-name-hint = For instance: UTM of the head office
sensors-kind = Way in
sensors-kind-http = HTTP
sensors-kind-http-hint = Sends with a token.
sensors-kind-syslog = syslog
sensors-kind-syslog-hint = Sends to a listener that the configuration names.
sensors-kind-upload = Files
sensors-kind-upload-hint = A person brings files. Silence means nothing.
sensors-zone = Time zone
sensors-zone-hint = For times that name none, such as Asia/Tokyo
sensors-zone-wrong = Write it as Asia/Tokyo.
sensors-device = Kind of device
sensors-device-auto = Recognise by content
sensors-add = Add a sensor
sensors-state = State
sensors-heard = Last record
sensors-never = Nothing ever came
sensors-never-text = Nothing ever came. Please check the settings.
sensors-good = Records arrive
sensors-good-text = Records arrive (the last one { $when })
sensors-silent = Silent
sensors-silent-since = Silent since { $when }
sensors-retired = Retired
sensors-retired-since = Retired { $when }
sensors-no-data = Nothing has come in yet
sensors-no-data-text = Until records arrive, the state of this company is not known.
sensors-made = { $name } was added
sensors-token-once = The token is shown only once, on this page
sensors-token-text = Put it into the sending device. If it is lost, make a new one.
sensors-to-sensor = To the sensor
sensors-setup = Settings of the sender
sensors-setup-text = Copy the settings for the product in use.
sensors-day = Events in 24 hours
sensors-rate = { $n } an hour
sensors-week = Events in 7 days
sensors-unreadable = Unreadable records
sensors-unreadable-note = In 7 days. Kept with the reason.
sensors-refused = Refused deliveries
sensors-aside = { $n ->
    [one] { $n } batch could not be processed and was set aside
   *[other] { $n } batches could not be processed and were set aside
}
sensors-retry = Try again
sensors-examples = Examples of unreadable records
sensors-received = Received
sensors-why = Reason
sensors-raw = Content
sensors-settings = Settings
sensors-save = Save
sensors-token-new = Make a new token
sensors-retire = Retire
sensors-panel-no-data = Nothing ever came in.
sensors-panel-good = All sensors are heard.
sensors-panel-silent = { $n ->
    [one] { $n } sensor is silent.
   *[other] { $n } sensors are silent.
}
sensors-panel-count = Sensors

# Signs
sign-sensor-silent = { $name } has sent nothing for 24 hours or more.
sign-sensor-silent-todo = Check power and cables of { $name }
sign-sensor-silent-howto =
    See whether the power light of { $name } is on.
    See whether a cable has come out.
    If that does not help, please call us.
sign-no-data = Nothing ever came in. The state is not known.
sign-no-data-todo = Set up the sending of records
sign-no-data-howto =
    Agree on a time with your advisor and set up the device.
sign-batch-aside = Some records from { $name } could not be processed. Our staff will look at it.
sign-batch-aside-todo = There is nothing to do
sign-batch-aside-howto =
    Our staff reads the reason on the page of the sensor.
sign-sensor-silent-short = Silent sensor
sign-no-data-short = No data
sign-batch-aside-short = Unprocessed records

act-sensor-add = added a sensor
act-sensor-change = changed a sensor
act-sensor-retire = retired a sensor
act-sensor-token = exchanged the token of a sensor
act-sensor-retry = tried unprocessed records again
